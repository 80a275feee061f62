import { promises } from 'node:dns';
import { syncBuiltinESMExports } from 'node:module';

/*
 * Loaded before the service (node --import): its name servers are those of CALL_EVENTS_NAME_SERVERS, as if they stood
 * in /etc/resolv.conf. /etc/hosts is what it is.
 */
const servers = process.env.CALL_EVENTS_NAME_SERVERS?.split(',') ?? [];

promises.Resolver = class extends promises.Resolver {
  constructor(...options: ConstructorParameters<typeof promises.Resolver>) {
    super(...options);
    this.setServers(servers);
  }
};
syncBuiltinESMExports();
