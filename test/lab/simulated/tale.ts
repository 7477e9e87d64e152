/** What people would see: `view` is asked after every change, and each thing it says is kept once, in the order in which it came. */
export function tale(watchers: Set<() => void>, view: () => string): readonly string[] {
  const told: string[] = []
  const look = () => {
    const now = view()
    if (told.at(-1) !== now) told.push(now)
  }
  watchers.add(look)
  look()
  return told
}
