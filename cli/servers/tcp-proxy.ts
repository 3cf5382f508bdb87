import { AddressInfo, connect, createServer, Server, Socket } from 'net';

/** One piece of data on its way through the proxy. */
export interface Segment {
  readonly direction: 'client-to-server' | 'server-to-client';
  /** Counts the connections, from 1. */
  readonly connection: number;
  /** Counts the segments of this direction over all connections, from 1. */
  readonly number: number;
  readonly length: number;
}

/** What becomes of a segment: it goes on, the connection is cut before or after it, or nothing passes any more. */
export type Verdict = 'forward' | 'cut-before' | 'cut-after' | 'stall';

export type SegmentHook = (segment: Segment) => Verdict | void | Promise<Verdict | void>;

/**
 * Stands between a client and a server on loopback. It knows the ports from which it connects, so a log of the server tells
 * whether a login came through it.
 */
export class TcpProxy {
  public static start(targetPort: number): Promise<TcpProxy> {
    return new Promise((resolve, reject) => {
      const proxy = new TcpProxy(targetPort);
      proxy.server.once('error', reject);
      proxy.server.listen(0, '127.0.0.1', () => resolve(proxy));
    });
  }

  /** Local ports of the connections to the server, in the order in which they were made. */
  public readonly outgoingPorts: number[] = [];

  /** The first data of the server on each connection, in the order in which they came. */
  public readonly greetings: Buffer[] = [];

  private readonly server: Server;
  private readonly sockets = new Set<Socket>();
  private connections = 0;
  private readonly counts = { 'client-to-server': 0, 'server-to-client': 0 };
  private hook: SegmentHook | undefined;

  private constructor(private readonly targetPort: number) {
    this.server = createServer((client) => this.accept(client));
  }

  public get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Calls a function before each segment is forwarded; none removes it. Counting starts anew. */
  public onSegment(hook: SegmentHook | undefined): void {
    this.hook = hook;
    this.counts['client-to-server'] = 0;
    this.counts['server-to-client'] = 0;
  }

  /** Ends all connections at once. */
  public cut(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  public close(): Promise<void> {
    this.cut();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  private accept(client: Socket): void {
    const server = connect(this.targetPort, '127.0.0.1');
    const connection = ++this.connections;
    server.once('connect', () => this.outgoingPorts.push(server.localPort!));
    server.once('data', (data) => this.greetings.push(data));
    for (const socket of [client, server]) {
      socket.setNoDelay(true);
      this.sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        this.sockets.delete(socket);
        client.destroy();
        server.destroy();
      });
    }
    this.pump(client, server, 'client-to-server', connection);
    this.pump(server, client, 'server-to-client', connection);
  }

  /** One segment after the other, so that a hook sees them in the order in which they go on. */
  private pump(from: Socket, to: Socket, direction: Segment['direction'], connection: number): void {
    let queue = Promise.resolve();
    from.on('data', (data) => {
      queue = queue.then(() => this.pass(data, from, to, { direction, connection })).catch(() => this.cut());
    });
    from.on('end', () => {
      queue = queue.then(() => void to.end());
    });
  }

  private async pass(data: Buffer, from: Socket, to: Socket, place: Pick<Segment, 'direction' | 'connection'>): Promise<void> {
    const verdict = await this.hook?.({ ...place, number: ++this.counts[place.direction], length: data.length }) ?? 'forward';
    if (verdict === 'cut-before') {
      from.destroy();
      to.destroy();
      return;
    }
    if (verdict === 'stall') {
      from.pause();
      return;
    }
    if (!to.destroyed) to.write(data);
    if (verdict === 'cut-after') {
      to.end();
      from.destroy();
    }
  }
}
