/** Types for the used parts of asterisk-manager 0.2.0, which has none of its own. */
declare module 'asterisk-manager' {
  import type { TcpNetConnectOpts } from 'node:net';

  export type Answer = Record<string, string | string[]>;

  export interface Manager {
    /** Hands its first argument to `net.createConnection`; the callback is called once connected. */
    connect(options: TcpNetConnectOpts | { path: string }, host: undefined, callback: () => void): void;
    login(callback: (refused?: Answer) => void): void;
    /** @param callback given the answer twice when it is an error */
    action(action: Record<string, string>, callback: (error: Answer | undefined, answer: Answer) => void): string;
    on(event: 'error', listener: (error: Error) => void): void;
    on(event: 'close', listener: () => void): void;
    emit(event: 'rawevent', answer: Answer): boolean;
  }

  /** With `port` null it does not connect by itself. */
  // biome-ignore lint/style/noDefaultExport: it is the package's own
  export default function createManager(
    port: null,
    host: string,
    username: string,
    secret: string,
    events: boolean,
  ): Manager;
}
