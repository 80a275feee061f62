import { createServer } from 'node:http';

/** Answers every request with 204. */
const server = createServer((request, response) => {
  request.resume();
  response.statusCode = 204;
  response.end();
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.send?.({ port: typeof address === 'object' ? address?.port : 0 });
});
