/** Internet addresses beyond this machine in a log of strace: every target of connect, sendto, sendmsg and sendmmsg. */
export function targets(log: string): readonly string[] {
  const found: string[] = [];
  for (const [, v4, v6] of log.matchAll(/sin_addr=inet_addr\("([^"]+)"\)|inet_pton\(AF_INET6, "([^"]+)"/g)) {
    const address = (v4 ?? v6)!;
    if (!address.startsWith('127.') && address !== '::1' && address !== '::ffff:127.0.0.1') found.push(address);
  }
  return found;
}
