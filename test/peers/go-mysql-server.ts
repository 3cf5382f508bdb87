import { ChildProcess, spawn } from 'child_process';
import { randomBytes } from 'crypto';
import { createInterface } from 'readline';
import { Connection, ConnectionOptions, createConnection, escape } from 'mysql2/promise';
import { CertificateAuthority } from '../../cli/servers/certificate-authority';
import { provideGoMysqlServer } from '../../scripts/lib/go-mysql-server';

const ADMINISTRATOR = 'administrator';

/** go-mysql-server on loopback, with nothing on disk. It ends with its parent. */
export class GoMysqlServer {
  /** @param version what the server says it is */
  public static async start(authority: CertificateAuthority, version: string = '8.0.31'): Promise<GoMysqlServer> {
    const program = await provideGoMysqlServer();
    const password = randomBytes(18).toString('base64url');
    const child = spawn(program, [], { stdio: ['pipe', 'pipe', 'pipe'], env: {} });
    const settings = { ...await authority.issue(), administrator: ADMINISTRATOR, password, version };
    child.stdin.write(`${JSON.stringify(settings)}\n`);
    const server = new GoMysqlServer(child, authority, password);
    const port = new Promise<number>((resolve, reject) => {
      createInterface(child.stdout).once('line', (line) => resolve(Number(line)));
      child.once('exit', () => reject(new Error(`go-mysql-server did not start: ${server.log()}`)));
    });
    server.listening = await port;
    return server;
  }

  private listening = 0;
  private readonly output: Buffer[] = [];

  private constructor(private readonly process: ChildProcess, private readonly authority: CertificateAuthority, private readonly password: string) {
    process.stderr?.on('data', (chunk) => this.output.push(chunk));
  }

  public get port(): number {
    return this.listening;
  }

  /** The members of the administrator's secret. */
  public get administrator(): { username: string; password: string } {
    return { username: ADMINISTRATOR, password: this.password };
  }

  /** The log of the server, with the text of every statement. */
  public log(): string {
    return Buffer.concat(this.output).toString('utf8');
  }

  /** How a client connects over verified TLS. */
  public connection(user: string, password: string): ConnectionOptions {
    return { host: 'localhost', port: this.port, user, password, ssl: { ca: this.authority.certificate, verifyIdentity: true } };
  }

  /** Runs statements as the administrator, and returns the rows of the last one. */
  public async query(...statements: string[]): Promise<unknown[]> {
    const connection = await createConnection(this.connection(ADMINISTRATOR, this.password));
    try {
      let rows: unknown;
      for (const statement of statements) [rows] = await connection.query(statement);
      return rows as unknown[];
    } finally {
      await connection.end();
    }
  }

  /** Makes a login; what it may do is given by further statements. */
  public async createLogin(username: string, password: string, host: string = '%', plugin: string = 'caching_sha2_password'): Promise<void> {
    await this.query(`CREATE USER ${escape(username)}@${escape(host)} IDENTIFIED WITH ${plugin} BY ${escape(password)}`);
  }

  public async logsIn(username: string, password: string): Promise<boolean> {
    let connection: Connection;
    try {
      connection = await createConnection(this.connection(username, password));
    } catch (error) {
      if ((error as { errno?: number }).errno === 1045) return false;
      throw error;
    }
    await connection.end();
    return true;
  }

  public async stop(): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    const exit = new Promise((resolve) => this.process.once('exit', resolve));
    this.process.stdin?.end();
    await exit;
  }
}
