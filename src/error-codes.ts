// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${file:…} is what an administrator writes, not a template.
/** What an error's code means, and what to do about it. */
export interface ErrorExplanation {
  means: string;
  remedy: string;
}

/**
 * Every code that this program gives an error, or has words of its own for, by where it comes up. docs/errors.md is
 * made of it, and a test fails when a code of the source is missing here, or one of these is no longer in the source.
 */
export const ERROR_CODES = {
  configuration: {
    BAD_CONFIG: {
      means: 'config.yaml cannot be used.',
      remedy:
        'Each line names file, line, column and key, and what is expected there. `call-events check` prints the same.',
    },
    BAD_PATTERN: {
      means: 'A key of `extensions`, or an entry of `ignore`, is a dialplan pattern that Asterisk would not read.',
      remedy: 'Correct the pattern: `_1XX`, `_[2-4]XX`, `_9.`.',
    },
    NO_SECRET: {
      means: 'A secret that `${file:…}`, `${env:…}` or `${credential:…}` names is missing, empty or not readable.',
      remedy: "Create it, or give the service's user the right to read it.",
    },
    EDIT_REFUSED: {
      means: 'A change made on the page or by the API cannot be written into config.yaml as it stands.',
      remedy:
        'The message says why: it has changed meanwhile, may not be written, or is written in a way that shares a part (`*name`). Change the file itself.',
    },
    ERR_WORKER_OUT_OF_MEMORY: {
      means: 'config.yaml takes more memory to read than a configuration may.',
      remedy: 'Look for what is written many times over: patterns (`_1XX`) stand for many extensions at once.',
    },
  },
  ami: {
    AMI_CONNECT_FAILED: {
      means: 'There is no connection to Asterisk, or no TLS on it.',
      remedy:
        'The message says why: does Asterisk run, are `enabled = yes` and this port in manager.conf, is `tls` right on both sides?',
    },
    AMI_CONNECT_TIMEOUT: {
      means: 'Nothing answered at the address within `asterisk.connectTimeout`.',
      remedy: 'Check `asterisk.host` and `asterisk.port`, and firewalls between the two machines.',
    },
    AMI_LOGIN_TIMEOUT: {
      means: 'Connected, but the login was not answered within `asterisk.loginTimeout`.',
      remedy: 'Is it the AMI port, and not that of a web server? Is Asterisk overloaded?',
    },
    AMI_LOGIN_REFUSED: {
      means: 'Asterisk refused user or secret.',
      remedy:
        'Compare `username` and `secret` with manager.conf, then its `deny` and `permit`. `manager reload` makes a change there active. The service tries again every 30 s.',
    },
    AMI_PING_TIMEOUT: {
      means: 'Asterisk no longer answers on a connection that is still open.',
      remedy:
        'The service connects again by itself. If it happens often, look at the network and at the load of Asterisk.',
    },
    AMI_CLOSED: {
      means: 'The connection ended: Asterisk was restarted, the network was cut, or the service stopped.',
      remedy: 'The service connects again by itself, and asks for the calls that it missed.',
    },
    AMI_BLOCK_TOO_LONG: {
      means: 'What arrives has no empty line for 256 kB, so it is not AMI, or a broken sender.',
      remedy: 'Check that `asterisk.port` is the AMI port.',
    },
    AMI_BAD_VALUE: {
      means: '`username` or `secret` contains a line end, which would begin another AMI action.',
      remedy: 'Take the line end out, in the file of the secret too.',
    },
  },
  outbox: {
    OUTBOX_CANNOT_OPEN: {
      means: 'The file of the outbox cannot be opened or written.',
      remedy:
        'The message names the cause: a folder that is missing, rights, a disk that is full. A full disk is waited for; everything else ends the service with exit code 1.',
    },
    OUTBOX_IN_USE: {
      means:
        'Another service runs with this outbox, under this path or through a symbolic or hard link; two would send everything twice.',
      remedy:
        'Stop the other one (`systemctl status call-events`, `ps`). With another file in `outbox` both would still send everything, unless their extensions differ.',
    },
    OUTBOX_MISSING: {
      means: '`call-events deliveries` found no outbox at the path.',
      remedy: 'Name it with `--outbox`, such as /var/lib/call-events/outbox.db.',
    },
    OUTBOX_OLDER: {
      means: 'The file is not an outbox, or was written by an older version.',
      remedy: 'Check the path. If it is an outbox, start the service once: it brings the file up to date.',
    },
    NEWER_OUTBOX: {
      means: 'The outbox was written by a newer version of the service.',
      remedy: 'Install that version again, or set `outbox` to a new path. What waits in the old file is then not sent.',
    },
    ERR_SQLITE_ERROR: {
      means: 'SQLite could not read or write the outbox; its own message follows.',
      remedy:
        'Disk full: make room, and it goes on by itself; stopped before, it tries for 25 s, says what is lost and ends with exit code 1. Damaged: the service keeps the file aside as `.corrupt-…` and begins a new one.',
    },
  },
  queue: {
    QUEUE_SCHEMA: {
      means:
        'The tables of the shared queue are of a newer version; or they are missing or older, and this user of the database may not make them.',
      remedy:
        'The message says which. Newer: install that version on this host too. Missing or older: run `call-events deliver` once as the owner of the database, and it makes the tables or brings them up to date.',
    },
  },
  delivery: {
    DEADLINE: {
      means: 'The receiver did not answer within `delivery.timeout` (or the `timeout` of the rule).',
      remedy: 'Let the receiver answer first and work afterwards, or raise the timeout. The delivery is tried again.',
    },
    CONNECT_DEADLINE: {
      means: 'Looking up the name, connecting and TLS together took longer than `delivery.connectTimeout`.',
      remedy: 'Check name server, route and firewall. The delivery is tried again.',
    },
    ENDLESS_INTERIM: {
      means: 'The receiver sent more than 20 informational answers (103 Early Hints and the like), and no final one.',
      remedy: 'Correct the receiver, or the proxy before it. The delivery is tried again.',
    },
    PROXY_UNREACHABLE: {
      means: 'There is no connection to the proxy that `delivery.proxy` names.',
      remedy: 'The message says why: compare name and port, and see whether it runs. The delivery is tried again.',
    },
    PROXY_LOGIN: {
      means: 'The proxy wants a user and a password, or refuses those in `delivery.proxy` (407).',
      remedy:
        'Correct them there; / ? # @ : in a password are written %2F %3F %23 %40 %3A. The delivery is tried again.',
    },
    PROXY_REFUSED: {
      means: 'The proxy does not connect to the receiver; its answer follows.',
      remedy:
        "Look at the proxy's rules. List receivers that are reachable without the proxy under `no:` of `delivery.proxy`. The delivery is tried again.",
    },
    REFUSED_ADDRESS: {
      means:
        'The URL leads to an address that requests may not go to: link-local, cloud metadata, or one of `delivery.deny`.',
      remedy:
        'Correct the URL; if the address is right, add it to `delivery.allow`. The delivery becomes a dead letter at once.',
    },
    ERR_INVALID_URL: {
      means: 'With its placeholders filled in, the URL is not one.',
      remedy: 'Correct the `url` of the rule. The delivery becomes a dead letter at once.',
    },
    ECONNREFUSED: {
      means: 'Nothing listens at this address and port.',
      remedy: 'Start the receiver (or Asterisk), or correct host and port.',
    },
    ECONNRESET: {
      means: 'The other end cut the connection.',
      remedy: "Look at the other end's log. With http:// to a port for TLS it looks the same: is it https://?",
    },
    ENOTFOUND: {
      means: 'There is no such name.',
      remedy: 'Correct the host name, or add it to DNS or /etc/hosts.',
    },
    ENODATA: { means: 'There is such a name, but it has no address.', remedy: 'As for ENOTFOUND.' },
    EAI_AGAIN: {
      means: 'The name cannot be looked up at the moment: no name server answers.',
      remedy: 'Check /etc/resolv.conf and the network. The service tries again by itself.',
    },
    EHOSTUNREACH: { means: 'There is no route to the host.', remedy: 'Check the address, the network and firewalls.' },
    ENETUNREACH: {
      means: 'There is no route to the network.',
      remedy: 'Check the address, the network and firewalls.',
    },
    ETIMEDOUT: {
      means: 'The address did not answer in time: nothing is there, or a firewall swallows everything.',
      remedy: 'Check the address, the network and firewalls. The service tries again by itself.',
    },
    EPROTO: {
      means: 'What listens there does not speak TLS.',
      remedy:
        'Write http:// instead of https://, or the port for TLS. For AMI: `tls: false`, or the port of `tlsbindaddr`.',
    },
    ERR_SSL_WRONG_VERSION_NUMBER: { means: 'As EPROTO.', remedy: 'As for EPROTO.' },
    ERR_SSL_PACKET_LENGTH_TOO_LONG: { means: 'As EPROTO.', remedy: 'As for EPROTO.' },
    HPE_INVALID_CONSTANT: {
      means: 'The answer is not HTTP.',
      remedy: 'Write https:// instead of http://, or correct the port.',
    },
    HPE_INVALID_VERSION: { means: 'As HPE_INVALID_CONSTANT.', remedy: 'As for HPE_INVALID_CONSTANT.' },
    CERT_HAS_EXPIRED: {
      means: 'The certificate of the other end has expired.',
      remedy: 'Renew it there. Check the clocks of both machines.',
    },
    DEPTH_ZERO_SELF_SIGNED_CERT: {
      means: 'The certificate is signed by itself, so nothing here trusts it.',
      remedy:
        'For a receiver: `delivery: { tls: { ca: /path/to.pem } }`, or `tls` in the rule. For AMI: `tls: { ca: /path/to.pem }`.',
    },
    SELF_SIGNED_CERT_IN_CHAIN: {
      means: 'The certificate comes from an authority of your own, which is not trusted here.',
      remedy: 'As for DEPTH_ZERO_SELF_SIGNED_CERT, with the certificate of the authority.',
    },
    UNABLE_TO_VERIFY_LEAF_SIGNATURE: {
      means: 'The other end does not send the certificates between its own and a trusted authority.',
      remedy: 'Let it send the whole chain, or trust the authority as for DEPTH_ZERO_SELF_SIGNED_CERT.',
    },
    UNABLE_TO_GET_ISSUER_CERT: {
      means: 'The certificate of an authority in between is known, and not that of the one above it.',
      remedy: 'As for DEPTH_ZERO_SELF_SIGNED_CERT, with the certificate of the authority at the top.',
    },
    UNABLE_TO_GET_ISSUER_CERT_LOCALLY: {
      means: 'As UNABLE_TO_VERIFY_LEAF_SIGNATURE.',
      remedy: 'As for UNABLE_TO_VERIFY_LEAF_SIGNATURE.',
    },
    CERT_NOT_YET_VALID: {
      means: 'The certificate of the other end begins to be valid later.',
      remedy: 'Check the clocks of both machines.',
    },
    ERR_TLS_CERT_ALTNAME_INVALID: {
      means: 'The certificate is for another name than the one that was asked for.',
      remedy: 'Use the name in the certificate. For AMI: `tls: { servername: … }`.',
    },
    ERROR: { means: 'An error without a code; its message follows.', remedy: 'The message says what is wrong.' },
  },
  files: {
    UNSUPPORTED_INPUT: {
      means:
        '`replay` was given something that it cannot read: a packed file, a capture of packets, the log of Asterisk.',
      remedy: 'The message says how to get the text out, or to use `call-events record`.',
    },
    ENOENT: { means: 'There is no such file or folder.', remedy: 'Check the path.' },
    EACCES: {
      means: 'This user has no right to the file.',
      remedy: 'Give it the right (`chown`, `chmod`), or run the command as the right user.',
    },
    EPERM: { means: 'As EACCES.', remedy: 'As for EACCES.' },
    EISDIR: { means: 'The path is a folder, not a file.', remedy: 'Name a file in it.' },
    ENOTDIR: { means: 'A part of the path is a file, not a folder.', remedy: 'Check the path.' },
    EEXIST: { means: 'The file is there already.', remedy: 'Name another one, or write over it with `--force`.' },
    ENOSPC: { means: 'The disk is full.', remedy: 'Make room.' },
    EROFS: { means: 'The disk is mounted read-only.', remedy: 'Name a path on another disk.' },
    EADDRINUSE: {
      means: 'Another program listens on that address and port.',
      remedy: 'Choose another port in config.yaml, or stop the other program (`ss -ltnp` names it).',
    },
    EMFILE: { means: 'Too many files are open.', remedy: 'Raise LimitNOFILE in the unit.' },
    EPIPE: {
      means: 'The program that reads the output has ended.',
      remedy: 'Nothing to do: `call-events replay … | head` is right.',
    },
  },
} as const satisfies Record<string, Record<string, ErrorExplanation>>;

/** The codes that errors of ours have, by where they come up. */
export type AmiErrorCode = keyof (typeof ERROR_CODES)['ami'];
export type OutboxErrorCode = Exclude<keyof (typeof ERROR_CODES)['outbox'], 'ERR_SQLITE_ERROR' | 'NEWER_OUTBOX'>;

/** What a process ended with says, as sysexits has it where there is one. */
export const EXIT_CODES = {
  ok: { code: 0, means: 'Ended as asked.' },
  failed: { code: 1, means: 'Failed, or stopped with something that could not be written; the last line says why.' },
  usage: { code: 2, means: 'The command line is wrong.' },
  config: {
    code: 78,
    means: 'config.yaml is wrong, or Node is older than 24. The unit does not start the service again.',
  },
} as const;
