/** Does something for every item, `limit` of them at a time. Rejects with the first failure. */
export async function inTurn<T>(limit: number, items: readonly T[], act: (item: T) => Promise<void>): Promise<void> {
  const rest = items.values()
  const lane = async () => {
    for (const item of rest) await act(item)
  }
  await Promise.all(Array.from({ length: limit }, lane))
}
