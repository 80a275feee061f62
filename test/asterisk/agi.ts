import { createServer } from 'node:net';

const PORT = 4573;

/** Serves FastAGI until the first script has ended: it does one command of the dialplan. @returns once it listens */
export async function agiScript(command: string): Promise<void> {
  const server = createServer((socket) => {
    let text = '';
    let asked = false;
    socket.setEncoding('utf8').on('data', (piece: string) => {
      text += piece;
      if (!asked && text.includes('\n\n')) {
        asked = true;
        text = '';
        socket.write(`EXEC ${command}\n`);
      } else if (asked && /^(200|HANGUP)/m.test(text)) socket.end();
    });
    socket.on('error', () => socket.destroy());
    server.close();
  });
  await new Promise<void>((resolve) => server.listen(PORT, '127.0.0.1', resolve));
}
