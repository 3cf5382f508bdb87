interface DatabaseEngineFacts {
  readonly engineNames: string[];
  readonly defaultPort: number;
  readonly bundle: string;
  readonly dualPasswords: boolean;

  /** The database that a login connects to when its secret names none; undefined where it then connects to no database. */
  readonly defaultDatabase?: string;

  /** How long the name of a login or role may be. */
  readonly longestName: number;
  readonly nameUnit: 'bytes' | 'characters';

  /** What a first password has besides letters and digits, for servers that demand punctuation. */
  readonly passwordPunctuation?: string;
}

/** These survive every layer of quoting: SQL, URL, shell, option files. */
const HARMLESS_PUNCTUATION = '-_.';

/**
 * A database engine whose logins can be rotated: what differs per engine on the construct side.
 */
export class DatabaseEngine {
  /** PostgreSQL: RDS, Aurora, self-managed. */
  public static readonly POSTGRES = new DatabaseEngine('postgres', {
    engineNames: ['postgres', 'aurora-postgresql'],
    defaultPort: 5432,
    bundle: 'postgres',
    dualPasswords: false,
    defaultDatabase: 'postgres',
    longestName: 63,
    nameUnit: 'bytes',
  });

  /** MySQL: RDS, Aurora, self-managed. */
  public static readonly MYSQL = new DatabaseEngine('mysql', {
    engineNames: ['mysql', 'aurora-mysql', 'aurora'],
    defaultPort: 3306,
    bundle: 'mysql',
    dualPasswords: true,
    longestName: 32,
    nameUnit: 'characters',
    passwordPunctuation: HARMLESS_PUNCTUATION,
  });

  /** MariaDB: RDS, self-managed. */
  public static readonly MARIADB = new DatabaseEngine('mariadb', {
    engineNames: ['mariadb'],
    defaultPort: 3306,
    bundle: 'mariadb',
    dualPasswords: true,
    longestName: 80,
    nameUnit: 'characters',
    passwordPunctuation: HARMLESS_PUNCTUATION,
  });

  /**
   * The engine with one of AWS's names for it.
   *
   * @throws an error that lists the supported names when there is none
   */
  public static fromName(engineName: string): DatabaseEngine {
    return DatabaseEngine._fromName(engineName);
  }

  /** @internal */
  public static _fromName(engineName: string, errorPrefix: string = ''): DatabaseEngine {
    const engine = DatabaseEngine.ALL.find((candidate) => candidate.engineNames.includes(engineName));
    if (engine) return engine;
    const names = DatabaseEngine.ALL.flatMap((candidate) => candidate.engineNames).map((name) => JSON.stringify(name));
    throw new Error(`${errorPrefix}unknown database engine ${JSON.stringify(engineName)}; supported are ${names.join(', ')}; use a database of such an engine`);
  }

  private static readonly ALL = [DatabaseEngine.POSTGRES, DatabaseEngine.MYSQL, DatabaseEngine.MARIADB];

  /** The names under which AWS knows the engine, in RDS (`aurora-postgresql`) and in the secret's JSON (`postgres`). */
  public readonly engineNames: string[];

  /** The TCP port that the engine listens on by default. */
  public readonly defaultPort: number;

  /** Name of the bundled function code that rotates logins of the engine. */
  public readonly bundle: string;

  /** Whether a login can have two valid passwords at once. */
  public readonly dualPasswords: boolean;

  private constructor(
    /** Name of the engine in this library. */
    public readonly name: string,
    private readonly facts: DatabaseEngineFacts,
  ) {
    this.engineNames = facts.engineNames;
    this.defaultPort = facts.defaultPort;
    this.bundle = facts.bundle;
    this.dualPasswords = facts.dualPasswords;
  }

  /** The name of the engine. */
  public toString(): string {
    return this.name;
  }

  /**
   * What is wrong with the length of the name of a login or role; undefined if nothing is.
   *
   * @internal
   */
  public _lengthProblem(name: string): string | undefined {
    const { longestName, nameUnit } = this.facts;
    const length = nameUnit === 'bytes' ? Buffer.byteLength(name) : [...name].length;
    return length >= 1 && length <= longestName ? undefined : `must have 1 to ${longestName} ${nameUnit} in ${this.name}, got ${length}`;
  }

  /** @internal */
  public get _defaultDatabase(): string | undefined {
    return this.facts.defaultDatabase;
  }

  /** @internal */
  public get _passwordPunctuation(): string | undefined {
    return this.facts.passwordPunctuation;
  }
}
