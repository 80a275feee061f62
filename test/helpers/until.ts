/** Resolves with what is read as soon as that is as it is to be. @throws when that takes too long */
export async function until<T>(read: () => Promise<T>, is: (value: T) => boolean, patienceMs = 20_000): Promise<T> {
  const end = performance.now() + patienceMs;
  for (;;) {
    const value = await read();
    if (is(value)) return value;
    if (performance.now() > end) throw new Error(`waited in vain; it is still ${JSON.stringify(value)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
