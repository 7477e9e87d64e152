import { Lifecycle } from '../../src/lifecycle.ts'

/** Ends everything that was opened inside, however that ends. */
export async function withLifecycle<T>(inside: (lifecycle: Lifecycle) => Promise<T>): Promise<T> {
  const lifecycle = new Lifecycle()
  try {
    return await inside(lifecycle)
  } finally {
    await lifecycle.close()
  }
}
