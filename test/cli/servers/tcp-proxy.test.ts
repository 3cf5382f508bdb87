import { AddressInfo, connect, createServer, Server, Socket } from 'net';
import { Segment, TcpProxy, Verdict } from '../../../cli/servers/tcp-proxy';

let echo: Server;
let proxy: TcpProxy;
const sockets: Socket[] = [];

beforeEach(async () => {
  echo = createServer((socket) => void socket.on('error', () => {}).on('data', (data) => socket.write(data)));
  await new Promise<void>((resolve) => echo.listen(0, '127.0.0.1', resolve));
  proxy = await TcpProxy.start((echo.address() as AddressInfo).port);
});

afterEach(async () => {
  sockets.splice(0).forEach((socket) => socket.destroy());
  await proxy.close();
  await new Promise((resolve) => echo.close(resolve));
});

/** Sends a text. @returns what came back until the connection ended, or for a second */
function send(text: string): Promise<{ received: string; closed: boolean }> {
  return new Promise((resolve) => {
    let received = '';
    const socket = connect(proxy.port, '127.0.0.1', () => socket.write(text));
    sockets.push(socket);
    socket.on('error', () => {});
    socket.on('data', (data) => (received += data));
    socket.once('close', () => resolve({ received, closed: true }));
    setTimeout(() => resolve({ received, closed: false }), 1_000);
  });
}

test('passes both directions and knows its ports', async () => {
  expect(await send('hello')).toEqual({ received: 'hello', closed: false });
  expect(proxy.outgoingPorts).toHaveLength(1);
});

test('tells each segment before it goes on, and connections apart', async () => {
  const seen: Segment[] = [];
  proxy.onSegment((segment) => void seen.push(segment));
  await send('abc');
  await send('de');
  expect(seen).toEqual([
    { direction: 'client-to-server', connection: 1, number: 1, length: 3 },
    { direction: 'server-to-client', connection: 1, number: 1, length: 3 },
    { direction: 'client-to-server', connection: 2, number: 2, length: 2 },
    { direction: 'server-to-client', connection: 2, number: 2, length: 2 },
  ]);
});

test.each<[Verdict, { received: string; closed: boolean }]>([
  ['forward', { received: 'abc', closed: false }],
  ['cut-before', { received: '', closed: true }],
  ['cut-after', { received: 'abc', closed: true }],
  ['stall', { received: '', closed: false }],
])('an answer that meets %s', async (verdict, expected) => {
  proxy.onSegment(({ direction }) => (direction === 'server-to-client' ? verdict : 'forward'));
  expect(await send('abc')).toEqual(expected);
});

test('cuts all connections', async () => {
  const arrived = new Promise<void>((resolve) => proxy.onSegment(() => {
    resolve();
    return 'stall';
  }));
  const pending = send('abc');
  await arrived;
  proxy.cut();
  expect((await pending).closed).toBe(true);
});
