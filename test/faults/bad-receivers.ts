import { createServer, type Socket } from 'node:net';

/*
 * A process of its own with bad receivers, so that their floods take no time from the good one: slow, hanging and
 * flooding in turn. It sends their ports to its parent.
 */
const [count = '100'] = process.argv.slice(2);

const SLOW_MS = 8000;
const EARLY = 'HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n'.repeat(500);

function flood(socket: Socket): void {
  while (!socket.destroyed && socket.write(EARLY));
}

const BEHAVIOURS: ((socket: Socket) => void)[] = [
  (socket) => setTimeout(() => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'), SLOW_MS),
  () => undefined,
  (socket) => {
    socket.on('drain', () => flood(socket));
    flood(socket);
  },
];

const ports = await Promise.all(
  Array.from({ length: Number(count) }, async (_, index) => {
    const behave = BEHAVIOURS[index % BEHAVIOURS.length];
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.on('data', () => behave?.(socket));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }),
);
process.send?.(ports);
process.on('disconnect', () => process.exit());
