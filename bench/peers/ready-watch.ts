import { startAmiServer } from './ami-server.ts';

/** An Asterisk with no calls; it reports when a session has asked for everything that it needs. */
const port = await startAmiServer((name) => {
  if (name === 'coreshowchannels') process.send?.({ ready: true });
});
process.send?.({ port });
