import { CertificateAuthority } from '../servers/certificate-authority';
import { PostgresBinaries } from '../servers/postgres-binaries';
import { PostgresServer } from '../servers/postgres-server';
import { TcpProxy } from '../servers/tcp-proxy';

/** A real server in the place of a database of the app. Functions reach it by a proxy, everybody else directly. */
export class DatabaseStandIn {
  public static async start(binaries: PostgresBinaries, authority: CertificateAuthority): Promise<DatabaseStandIn> {
    const server = await PostgresServer.start({ binaries, authority });
    try {
      return new DatabaseStandIn(server, await TcpProxy.start(server.port));
    } catch (error) {
      await server.stop();
      throw error;
    }
  }

  private constructor(public readonly server: PostgresServer, public readonly proxy: TcpProxy) {}

  public async stop(): Promise<void> {
    await this.proxy.close();
    await this.server.stop();
  }
}
