import { once } from 'events';
import { connect } from 'net';
import { setTimeout as sleep } from 'timers/promises';
import { mariadb } from '../../../../lambda/engines/mariadb';
import { engineContext } from '../../engine-contract';
import { code } from '../../support/errors';
import { LoginFields, useMariadb } from '../../support/mariadb';
import { testUntrustedServers } from '../../untrusted-servers';

const database = useMariadb();

/** In the second byte of what the server can do. */
const TLS_FLAG = 0x08;

let fields: LoginFields;

beforeEach(async () => {
  fields = await database.createLogin();
});

/** What the server says first, before TLS. */
function greeting(): Promise<Buffer> {
  return new Promise((resolve) => {
    const socket = connect(database.server.port, '127.0.0.1');
    socket.once('data', (data) => {
      socket.destroy();
      resolve(data);
    });
  });
}

/** Without the flag that offers TLS: the low capabilities follow the version, the number, and 9 bytes. */
async function greetingWithoutTls(): Promise<Buffer> {
  const packet = await greeting();
  packet[packet.indexOf(0, 5) + 14 + 1] -= TLS_FLAG;
  return packet;
}

const { listen, dial } = testUntrustedServers({
  database,
  fields: () => fields,
  engineWith: mariadb,
  greet: async (socket) => {
    socket.write(await greeting());
    const [data] = await once(socket, 'data');
    // The client does not wait for an answer to its request for TLS, which has 36 bytes.
    socket.pause();
    socket.unshift(data.subarray(36));
  },
});

test('a server that offers no TLS gets not one byte', async () => {
  const received: Buffer[] = [];
  const packet = await greetingWithoutTls();
  const port = await listen((socket) => socket.on('data', (data) => received.push(data)).write(packet));
  await expect(dial({ port })).rejects.toThrow(code('TLS', 'does not offer TLS'));
  await sleep(20);
  expect(received).toHaveLength(0);
});

test('clear text behind the greeting, which would pass for the answer to a login', async () => {
  const packet = await greeting();
  const accepted = Buffer.from([7, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0]);
  const port = await listen((socket) => socket.write(Buffer.concat([packet, accepted])));
  await expect(dial({ port })).rejects.toThrow(code('TLS', 'clear text'));
});

test('a greeting in pieces is a greeting', async () => {
  const port = await listen((socket) => {
    const server = connect(database.server.port, '127.0.0.1').on('error', () => {});
    server.once('data', async (packet) => {
      for (const byte of packet) await new Promise((resolve) => socket.write(Buffer.from([byte]), resolve));
      socket.pipe(server).pipe(socket);
    });
  });
  const credential = database.engine.parse({ ...fields, port });
  await (await (await database.engine.dial(credential, engineContext())).login(credential)).close();
});

test.each([['nothing that is a greeting', Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')], ['a packet without content', Buffer.from([0, 0, 0, 0])]])('a server that says %s', async (_name, answer) => {
  const port = await listen((socket) => socket.write(answer));
  await expect(dial({ port })).rejects.toThrow(expect.objectContaining({ name: 'RotationError' }));
});

test('a server that hangs up', async () => {
  const port = await listen((socket) => socket.destroy());
  await expect(dial({ port })).rejects.toThrow(code('NETWORK'));
});

// The server never blocks loopback, so its answer is written here.
test('a host that the server has blocked', async () => {
  const port = await listen((socket) => {
    const packet = Buffer.concat([Buffer.from([0xff, 1129 % 256, Math.floor(1129 / 256)]), Buffer.from('Host is blocked')]);
    socket.write(Buffer.concat([Buffer.from([packet.length, 0, 0, 0]), packet]));
  });
  await expect(dial({ port })).rejects.toThrow(code('LOCKED', 'FLUSH HOSTS'));
});
