/** Rows without a test of their own, and why. */
export const OUTSIDE_ROWS: readonly { readonly id: string; readonly fault: string; readonly reason: string }[] = [
  { id: 'S07', fault: 'the server will never take the new password', reason: 'POLICY and REUSE: tests of the core (test/lambda/core) and of the engines that have such rules (test/lambda/engines)' },
  { id: 'S10', fault: 'a change reaches the server that is asked late', reason: 'for Db2, replicas and reader endpoints; the function changes and proves on one server, the one that the stack names' },
  { id: 'S20', fault: 'recovery through AWSPREVIOUS sends the wrong old password', reason: 'SQL Server, which has no engine here' },
  { id: 'S27', fault: 'a failover, or a restart of the server', reason: 'part of every run of the suite, at boundaries that the seed chooses (test/faults/outages.ts)' },
  { id: 'S29', fault: 'readers of a secret that is replicated to another Region', reason: 'not waited for; alternating users and dual passwords have no such gap' },
  { id: 'A15, A16', fault: 'a login without its grants', reason: 'Oracle, which has no engine here' },
  { id: 'A17, A18', fault: 'a login without a user in the database', reason: 'SQL Server, which has no engine here' },
  { id: 'A19', fault: 'a login without its authorities', reason: 'Db2, which has no engine here' },
  { id: 'A20', fault: 'grants that are copied', reason: 'Redshift, which has no engine here' },
  { id: 'A21', fault: 'a command whose answer is lost', reason: 'DocumentDB, which has no engine here' },
  { id: 'A25', fault: 'clients behind RDS Proxy, which forgets the other login', reason: 'there is no such proxy to run here' },
  { id: 'A29', fault: 'the secret names a reader endpoint', reason: 'refused: the host must be the one of the deployment' },
];
