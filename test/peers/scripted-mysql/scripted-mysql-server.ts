import { randomInt } from 'crypto';
import { AddressInfo, createServer, Server, Socket } from 'net';
import { createSecureContext, TLSSocket } from 'tls';
import { authSwitch, isSslRequest, nativeAnswer, readLogin, readPassword } from './login';
import { PacketStream } from './packet-stream';
import { earlyError, error, greeting, ok, resultSet, Rows } from './packets';
import { CertificateAuthority, ServerCertificate } from '../../../cli/servers/certificate-authority';

export interface ServerError {
  readonly code: number;
  readonly state?: string;
  readonly message?: string;
}

/** What the server says to a statement: rows, an error, nothing at all, or the end of the connection. */
export type Answer = 'ok' | 'silence' | 'end' | Rows | ServerError;

export type Statement = string | RegExp;
export type Respond = Answer | ((match: RegExpMatchArray, connection: number) => Answer);

export interface ScriptedMysqlOptions {
  readonly authority: CertificateAuthority;
  readonly version?: string;
  readonly plugin?: 'caching_sha2_password' | 'mysql_native_password';
  readonly tls?: boolean;
}

interface Line {
  readonly statement: Statement;
  readonly respond: Respond;
}

const COM_QUIT = 1;
const COM_QUERY = 3;
const DENIED: ServerError = { code: 1045, state: '28000', message: 'Access denied for user' };

/**
 * A server of MySQL's protocol that plays a script: what no server that can be had here understands is proven at the wire. A
 * statement that is not in the script is refused and noted; a test must find none.
 */
export class ScriptedMysqlServer {
  public static async start(options: ScriptedMysqlOptions): Promise<ScriptedMysqlServer> {
    const scripted = new ScriptedMysqlServer(options, await options.authority.issue());
    await new Promise<void>((resolve) => scripted.server.listen(0, '127.0.0.1', resolve));
    return scripted;
  }

  /** Passwords by login: each of them logs in. */
  public readonly passwords = new Map<string, string[]>();
  /** Whether a password logs in, in place of the above. */
  public accepts?: (username: string, password: string) => boolean;
  /** Refuses logins for another reason than the password. */
  public refusal?: ServerError;
  /** Said instead of a greeting. */
  public earlyRefusal?: ServerError;
  public version: string;
  public readonly statements: string[] = [];
  public readonly unexpected: string[] = [];
  public connections = 0;
  public failedLogins = 0;
  /** Bytes of logins that came without TLS. */
  public clearLogins = 0;
  private lines: Line[] = [];
  private standing: Line[] = [];
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();

  private constructor(private readonly options: ScriptedMysqlOptions, private readonly certificate: ServerCertificate) {
    this.version = options.version ?? '8.0.40';
    this.server = createServer({ noDelay: true }, (socket) => {
      this.sockets.add(socket);
      socket.on('error', () => {}).on('close', () => this.sockets.delete(socket));
      this.serve(socket).catch((reason) => this.unexpected.push(String(reason)));
    });
  }

  public get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** The next statement that is not answered by `always`. */
  public expect(statement: Statement, respond: Respond = 'ok'): this {
    this.lines.push({ statement, respond });
    return this;
  }

  /** A statement that may come at any time. The latest that fits answers. */
  public always(statement: Statement, respond: Respond = 'ok'): this {
    this.standing.unshift({ statement, respond });
    return this;
  }

  /** What the script has left, and what was not in it. */
  public get remains(): string[] {
    return [...this.lines.map(({ statement }) => `not sent: ${statement}`), ...this.unexpected.map((text) => `not expected: ${text}`)];
  }

  public reset(): void {
    this.lines = [];
    this.standing = [];
    this.refusal = this.earlyRefusal = this.accepts = undefined;
    for (const list of [this.statements, this.unexpected]) list.length = 0;
    this.connections = this.failedLogins = this.clearLogins = 0;
    this.passwords.clear();
  }

  public async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async serve(socket: Socket): Promise<void> {
    const connection = ++this.connections;
    const packets = new PacketStream(socket);
    if (this.earlyRefusal) {
      packets.write(earlyError(this.earlyRefusal.code, this.earlyRefusal.message ?? ''));
      return packets.end();
    }
    if (await this.acceptLogin(packets, connection)) await this.answerCommands(packets, connection);
    packets.end();
  }

  private async acceptLogin(packets: PacketStream, connection: number): Promise<boolean> {
    const { tls = true, plugin = 'caching_sha2_password' } = this.options;
    const challenge = Buffer.from(Array.from({ length: 20 }, () => randomInt(1, 128)));
    packets.write(greeting({ version: this.version, connection, plugin: 'caching_sha2_password', challenge, tls }));
    let packet = await packets.read();
    if (packet && isSslRequest(packet)) {
      const context = createSecureContext({ cert: this.certificate.certificate, key: this.certificate.key });
      packets.switchTo(new TLSSocket(packets.release() as Socket, { isServer: true, secureContext: context }));
      packet = await packets.read();
    } else if (packet) {
      this.clearLogins++;
    }
    if (!packet) return false;
    const { username, database } = readLogin(packet);
    const accepted = plugin === 'mysql_native_password' ? await this.proveNative(packets, username, challenge) : await this.prove(packets, username);
    if (accepted && !this.refusal) {
      packets.write(ok());
      return true;
    }
    this.failedLogins++;
    write(packets, accepted ? this.refusal ?? DENIED : { ...DENIED, message: `${DENIED.message} '${username}' to ${database}` });
    return false;
  }

  private async prove(packets: PacketStream, username: string): Promise<boolean> {
    const password = await readPassword(packets);
    if (this.accepts) return password !== undefined && this.accepts(username, password);
    return this.passwords.get(username)?.includes(password ?? '') ?? false;
  }

  private async proveNative(packets: PacketStream, username: string, challenge: Buffer): Promise<boolean> {
    packets.write(authSwitch('mysql_native_password', challenge));
    const answer = await packets.read();
    return this.passwords.get(username)?.some((password) => nativeAnswer(password, challenge).equals(answer ?? Buffer.alloc(0))) ?? false;
  }

  private async answerCommands(packets: PacketStream, connection: number): Promise<void> {
    for (;;) {
      const command = await packets.read();
      if (!command || command[0] === COM_QUIT) return;
      if (command[0] !== COM_QUERY) throw new Error(`command ${command[0]} is not in the script`);
      const statement = command.toString('utf8', 1);
      this.statements.push(statement);
      const answer = this.answerTo(statement, connection);
      if (answer === 'end') return;
      if (answer === 'silence') continue;
      if (answer === 'ok') packets.write(ok());
      else if (isRows(answer)) packets.write(...resultSet(answer));
      else write(packets, answer);
    }
  }

  private answerTo(statement: string, connection: number): Answer {
    const isNext = this.lines.length > 0 && matches(this.lines[0], statement) !== undefined;
    const line = this.standing.find((candidate) => matches(candidate, statement)) ?? (isNext ? this.lines.shift() : undefined);
    if (!line) {
      this.unexpected.push(statement);
      return { code: 1064, state: '42000', message: 'not in the script' };
    }
    if (typeof line.respond !== 'function') return line.respond;
    return line.respond(matches(line, statement)!, connection);
  }
}

function matches({ statement }: Line, text: string): RegExpMatchArray | undefined {
  if (typeof statement === 'string') return statement === text ? [text] : undefined;
  return text.match(statement) ?? undefined;
}

function isRows(answer: Rows | ServerError): answer is Rows {
  return Array.isArray(answer);
}

function write(packets: PacketStream, { code, state = 'HY000', message = 'error of the script' }: ServerError): void {
  packets.write(error(code, state, message));
}
