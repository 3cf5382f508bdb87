import { Duplex } from 'stream';

const HEADER_LENGTH = 4;

/** Packets over a stream, each with the number that comes after the last one of either side. */
export class PacketStream {
  private received = Buffer.alloc(0);
  private sequence = 0;
  private readonly waiting: ((packet: Buffer | undefined) => void)[] = [];
  private ended = false;

  public constructor(private stream: Duplex) {
    this.listen();
  }

  /** The next packet; undefined when the client has gone. */
  public read(): Promise<Buffer | undefined> {
    const packet = new Promise<Buffer | undefined>((resolve) => this.waiting.push(resolve));
    this.deliver();
    return packet;
  }

  public write(...packets: Buffer[]): void {
    for (const packet of packets) {
      const header = Buffer.alloc(HEADER_LENGTH);
      header.writeUIntLE(packet.length, 0, 3);
      header[3] = this.sequence++;
      this.stream.write(Buffer.concat([header, packet]));
    }
  }

  /** Goes on over another stream, as after the start of TLS. */
  public switchTo(stream: Duplex): void {
    this.stream = stream;
    this.listen();
  }

  /** Gives the stream up to somebody else, with what has come of it already: the start of TLS follows its request at once. */
  public release(): Duplex {
    this.stream.off('data', this.listener);
    this.stream.pause();
    this.stream.unshift(this.received);
    this.received = Buffer.alloc(0);
    return this.stream;
  }

  public end(): void {
    this.stream.end();
  }

  private readonly listener = (chunk: Buffer): void => {
    this.received = Buffer.concat([this.received, chunk]);
    this.deliver();
  };

  private listen(): void {
    this.stream.on('data', this.listener);
    this.stream.on('error', () => {});
    this.stream.on('close', () => {
      this.ended = true;
      this.deliver();
    });
  }

  private deliver(): void {
    while (this.waiting.length > 0) {
      const length = this.received.length < HEADER_LENGTH ? Infinity : this.received.readUIntLE(0, 3) + HEADER_LENGTH;
      if (this.received.length < length && !this.ended) return;
      const packet = this.received.length < length ? undefined : this.received.subarray(HEADER_LENGTH, length);
      if (packet) {
        this.sequence = this.received[3] + 1;
        this.received = this.received.subarray(length);
      }
      this.waiting.shift()?.(packet);
    }
  }
}
