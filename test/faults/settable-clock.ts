/*
 * Loaded before the service (node --import): the machine's clock as it sees it can be set, by a message of its parent
 * that says by how many milliseconds. Timers and performance.now() go on as they do when a real clock is set.
 */
const real = Date.now.bind(Date);
let by = 0;

globalThis.Date = new Proxy(Date, {
  construct: (target, args, newTarget) =>
    Reflect.construct(target, args.length === 0 ? [real() + by] : args, newTarget),
});
Date.now = () => real() + by;

process.on('message', (ms) => {
  by = Number(ms);
});
// It must not keep the service from its end.
process.channel?.unref();

export {};
