/** A text as one word of POSIX sh. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}
