import { dirname, isAbsolute, join, resolve } from 'node:path'

/** Makes paths of a file absolute: relative ones count from the file's folder, `~/` from the home directory. */
export type ResolvePath = (path: string) => string

export function pathsBeside(file: string, home: string | undefined): ResolvePath {
  const folder = dirname(resolve(file))
  return path => {
    if (home && (path === '~' || path.startsWith('~/'))) return join(home, path.slice(1))
    return isAbsolute(path) ? path : join(folder, path)
  }
}
