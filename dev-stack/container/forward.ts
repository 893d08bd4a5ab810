// Forwards connections from a port of a container to a port on its loopback: node dev-stack/dist/container/forward.js FROM TO
// For docker-compose.yml, which publishes FROM on the loopback of the host only.
import { connect, createServer } from 'node:net';

const [from, to] = process.argv.slice(2).map(Number);
if (from === undefined || to === undefined) throw new Error('Usage: forward.js FROM TO');
createServer((caller) => {
  const server = connect(to, '127.0.0.1');
  caller.pipe(server).pipe(caller);
  caller.on('error', () => server.destroy());
  server.on('error', () => caller.destroy());
}).listen(from, '0.0.0.0', () => {
  console.log(
    `Listens on 0.0.0.0:${from}, so that Docker can publish the port, for 127.0.0.1:${to} of this container.`,
  );
});
