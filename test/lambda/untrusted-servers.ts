import { AddressInfo, createServer, Server, Socket } from 'net';
import { createSecureContext, TLSSocket } from 'tls';
import { engineContext } from './engine-contract';
import { code } from './support/errors';
import { CertificateAuthority } from '../../cli/servers/certificate-authority';
import { TcpProxy } from '../../cli/servers/tcp-proxy';
import { Engine, EngineContext, SecretFields } from '../../lambda/core/engine';

export interface UntrustedServersHarness {
  /** A real server, and the engine that trusts it. */
  readonly database: { readonly server: { readonly port: number }; readonly engine: Engine };
  /** The members of the secret of a login of that server. */
  readonly fields: () => SecretFields;
  /** The engine, with other authorities that it trusts. */
  readonly engineWith: (options: { readonly authorities?: string }) => Engine;
  /** What a server of this kind does before TLS. Ends when the client is about to begin TLS. */
  readonly greet: (socket: Socket) => Promise<void>;
}

const impatient = engineContext({ slice: (limit) => Math.min(limit, 300) });

/** Tests of servers that cannot be trusted or reached. Call it in a test file of the engine. @returns helpers for the engine's own tests */
export function testUntrustedServers({ database, fields, engineWith, greet }: UntrustedServersHarness) {
  const servers: Server[] = [];

  afterEach(() => servers.splice(0).forEach((server) => server.close()));

  /** A server that does with each connection what the test says. @returns its port */
  function listen(accept: (socket: Socket) => void): Promise<number> {
    const server = createServer((socket) => accept(socket.on('error', () => {})));
    servers.push(server);
    return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)));
  }

  function dial(changes: object, engine: Engine = database.engine, context: EngineContext = impatient): Promise<unknown> {
    return engine.dial(engine.parse({ ...fields(), ...changes }), context);
  }

  test('nobody listens', async () => {
    const port = await listen(() => {});
    servers.splice(0).forEach((server) => server.close());
    await expect(dial({ port })).rejects.toThrow(code('NETWORK'));
  });

  test('a name that is not known', async () => {
    await expect(dial({ host: 'database.invalid' }, undefined, engineContext())).rejects.toThrow(code('NETWORK', 'host'));
  });

  test('a certificate of an authority that is not trusted', async () => {
    await expect(dial({}, engineWith({}))).rejects.toThrow(code('TLS', 'certificate'));
    const other = await CertificateAuthority.create();
    await expect(dial({}, engineWith({ authorities: other.certificate }))).rejects.toThrow(code('TLS', 'certificate'));
  });

  test('a certificate for another host', async () => {
    const authority = await CertificateAuthority.create();
    const { certificate, key } = await authority.issue(['other.example.com'], ['127.0.0.9']);
    const secureContext = createSecureContext({ cert: certificate, key });
    const secure = (socket: Socket): unknown => new TLSSocket(socket, { isServer: true, secureContext }).on('error', () => {});
    const port = await listen((socket) => void greet(socket).then(() => secure(socket), () => {}));
    for (const host of ['localhost', '127.0.0.1']) {
      await expect(dial({ port, host }, engineWith({ authorities: authority.certificate }))).rejects.toThrow(code('TLS', 'certificate'));
    }
  });

  test('a host that is an address, with a certificate for it', async () => {
    const line = await database.engine.dial(database.engine.parse({ ...fields(), host: '127.0.0.1' }), engineContext());
    await line.close();
  });

  test('a server that says nothing at the connection', async () => {
    const port = await listen(() => {});
    await expect(dial({ port })).rejects.toThrow(code('TIMEOUT'));
  });

  test.each(['login', 'lock', 'apply'])('a server that says nothing any more at %s', async (operation) => {
    const proxy = await TcpProxy.start(database.server.port);
    const credential = database.engine.parse({ ...fields(), port: proxy.port });
    const stall = (at: string): void => {
      if (at === operation) proxy.onSegment(() => 'stall');
    };
    const run = async (): Promise<void> => {
      const line = await database.engine.dial(credential, impatient);
      stall('login');
      const session = await line.login(credential);
      stall('lock');
      await session.lock('lock');
      stall('apply');
      await session.apply({ ...credential, password: 'second-password' });
    };
    const start = performance.now();
    await expect(run()).rejects.toThrow(code('TIMEOUT'));
    expect(performance.now() - start).toBeLessThan(2_000);
    await proxy.close();
  });

  return { listen, dial };
}
