interface DatabaseEngineFacts {
  readonly engineNames: string[];
  readonly defaultPort: number;
  readonly bundle: string;
}

/**
 * A database engine whose logins can be rotated: what differs per engine on the construct side.
 */
export class DatabaseEngine {
  /** PostgreSQL: RDS, Aurora, self-managed. */
  public static readonly POSTGRES = new DatabaseEngine('postgres', {
    engineNames: ['postgres', 'aurora-postgresql'],
    defaultPort: 5432,
    bundle: 'postgres',
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

  private static readonly ALL = [DatabaseEngine.POSTGRES];

  /** The names under which AWS knows the engine, in RDS (`aurora-postgresql`) and in the secret's JSON (`postgres`). */
  public readonly engineNames: string[];

  /** The TCP port that the engine listens on by default. */
  public readonly defaultPort: number;

  /** Name of the bundled function code that rotates logins of the engine. */
  public readonly bundle: string;

  private constructor(
    /** Name of the engine in this library. */
    public readonly name: string,
    facts: DatabaseEngineFacts,
  ) {
    this.engineNames = facts.engineNames;
    this.defaultPort = facts.defaultPort;
    this.bundle = facts.bundle;
  }

  /** The name of the engine. */
  public toString(): string {
    return this.name;
  }
}
