import { Socket } from 'net';
import { Connection, RowDataPacket } from 'mysql2';
import { FAREWELL_LIMIT, limited, STATEMENT_LIMIT } from '../limited';
import { translateMysqlError } from './errors';
import { Credential, EngineContext } from '../../../core/engine';
import { RotationError } from '../../../core/errors';

/**
 * Names that MySQL and MariaDB refuse or confuse with others: both ignore spaces at the end and remove quotes around a name at
 * a login, and no column of theirs holds half of a surrogate pair.
 */
export const UNUSABLE_NAME = /[\ud800-\udfff]| $|^'[^]*'$/;

/** A login of MySQL or MariaDB: both speak the protocol of MySQL. */
export interface MysqlCredential extends Credential {
  /** Without it, the login uses no database. */
  readonly database?: string;
}

/** The columns of a row, in the order of the statement. */
export type Row = readonly unknown[];

/** What to say when the server refuses a statement for want of privileges. */
export interface Refusal {
  readonly sentence: string;
  readonly hint: string;
}

/** The driver's connection, with what the driver does not declare. */
export interface DriverConnection extends Connection {
  stream: Socket;
}

/** A connection on which somebody has logged in. */
export class MysqlConnection {
  public constructor(private readonly connection: DriverConnection, public readonly username: string, public readonly context: EngineContext) {}

  /** Runs one statement. After an error the connection is given up. */
  public async run(sql: string, refusal?: Refusal): Promise<Row[]> {
    try {
      return await limited(this.connection.stream, this.context.slice(STATEMENT_LIMIT), () => this.query(sql));
    } catch (cause) {
      const error = translateMysqlError(cause, 'statement');
      throw refusal && error.code === 'PRIVILEGE' ? new RotationError('PRIVILEGE', refusal.sentence, { cause, hint: refusal.hint }) : error;
    }
  }

  /** Waits for the farewell: a function that is frozen before it is sent would keep the lock. */
  public async close(): Promise<void> {
    const { stream } = this.connection;
    await limited(stream, FAREWELL_LIMIT, () => new Promise<void>((resolve) => this.connection.end(() => resolve()))).catch(() => {});
    stream.destroy();
  }

  private query(sql: string): Promise<Row[]> {
    return new Promise((resolve, reject) => {
      this.connection.query<RowDataPacket[][]>({ sql, rowsAsArray: true }, (error, rows) => {
        if (error) reject(error);
        else resolve(Array.isArray(rows) ? rows : []);
      });
    });
  }
}
