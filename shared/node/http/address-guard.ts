import { lookup as dnsLookup } from 'node:dns';
import type { LookupAddress, LookupOptions } from 'node:dns';
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/**
 * Decides which addresses the program may call when a person, or a redirect, names a URL (server-side request
 * forgery, reliability spec M19). Judged is the address that is connected to, never the name: the same `lookup` that
 * checks the answer of the resolver is the one the socket uses, so a name that changes its answer between the two
 * (DNS rebinding) gains nothing, and neither does an unusual spelling of an address (0x7f000001, 127.1).
 */
export interface AddressGuard {
  /** The parsed URL, or a `RefusedUrl` when scheme, credentials or a literal address are not allowed. */
  check(url: string, schemes?: readonly string[]): URL;
  /** For sockets: resolves a name to its allowed addresses only. Signature of `net.connect`'s `lookup` option. */
  lookup: GuardedLookup;
  /** One allowed address of a host name or literal; for protocols without a `lookup` option. */
  resolve(host: string): Promise<string>;
}

export type GuardedLookup = (
  host: string,
  options: LookupOptions,
  done: (
    error: NodeJS.ErrnoException | null,
    address: string | LookupAddress[],
    family?: number,
  ) => void,
) => void;

/** The system's resolver; tests bring a hostile one. */
export type Resolver = (
  host: string,
  done: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

export class RefusedUrl extends Error {
  override readonly name = 'RefusedUrl';
  readonly code = 'ERR_REFUSED_URL';
}

const HTTP_SCHEMES = ['http:', 'https:'] as const;

/** `allow`: addresses, CIDR ranges or host names (`ntfy.lan`, `.lan` for all below) that may be private. */
export function createAddressGuard(
  options: { allow?: readonly string[]; resolver?: Resolver } = {},
): AddressGuard {
  const allowed = readAllowList(options.allow ?? []);
  const resolver = options.resolver ?? systemResolver;

  function check(text: string, schemes: readonly string[] = HTTP_SCHEMES): URL {
    // The message never repeats the URL: its path or query is often the secret.
    if (!URL.canParse(text)) throw new RefusedUrl('not a URL');
    const url = new URL(text);
    if (!schemes.includes(url.protocol)) {
      throw new RefusedUrl(`${url.protocol} is not allowed, only ${schemes.join(' ')}`);
    }
    if (url.username !== '' || url.password !== '') {
      throw new RefusedUrl('a user name or password in the URL is not allowed');
    }
    const host = bareHost(url.hostname);
    if (host === '') throw new RefusedUrl('the URL has no host');
    if (isIP(host) !== 0 && !isAddressAllowed(host, allowed)) throw refusedAddress(host, [host]);
    return url;
  }

  function allowedAnswers(host: string, done: Parameters<Resolver>[1]): void {
    if (isIP(host) !== 0) {
      if (isAddressAllowed(host, allowed)) done(null, [{ address: host, family: isIP(host) }]);
      else done(refusedAddress(host, [host]), []);
      return;
    }
    resolver(host, (error, answers) => {
      if (error) return done(error, []);
      const trusted = isHostAllowed(host, allowed);
      const usable = answers.filter(({ address }) => trusted || isAddressAllowed(address, allowed));
      if (usable.length > 0) return done(null, usable);
      const refused = answers.map(({ address }) => address);
      done(refusedAddress(host, refused), []);
    });
  }

  return {
    check,
    lookup(host, lookupOptions, done) {
      allowedAnswers(host, (error, usable) => {
        const wanted = Number(lookupOptions.family) || 0;
        const answers = wanted === 0 ? usable : usable.filter(({ family }) => family === wanted);
        const first = answers[0];
        if (error) done(error, []);
        else if (!first) done(notFound(host), []);
        else if (lookupOptions.all) done(null, answers);
        else done(null, first.address, first.family);
      });
    },
    resolve(host) {
      return new Promise((resolve, reject) => {
        allowedAnswers(bareHost(host), (error, [first]) => {
          if (error) reject(error);
          else if (!first) reject(notFound(host));
          else resolve(first.address);
        });
      });
    },
  };
}

/** Entries that are neither an address, a range nor a host name; for the check of the configuration. */
export function invalidAllowEntries(entries: readonly string[]): string[] {
  return entries.filter(
    (entry) =>
      !ipaddr.isValid(entry) &&
      !ipaddr.isValidCIDR(entry) &&
      !/^\.?[a-z0-9-]+(?:\.[a-z0-9-]+)*$/i.test(entry),
  );
}

interface AllowList {
  ranges: readonly [ipaddr.IPv4 | ipaddr.IPv6, number][];
  hosts: ReadonlySet<string>;
  suffixes: readonly string[];
}

function readAllowList(entries: readonly string[]): AllowList {
  const ranges: [ipaddr.IPv4 | ipaddr.IPv6, number][] = [];
  const hosts = new Set<string>();
  const suffixes: string[] = [];
  for (const entry of entries.map((text) => text.trim().toLowerCase())) {
    if (ipaddr.isValidCIDR(entry)) ranges.push(ipaddr.parseCIDR(entry));
    else if (isIP(entry) !== 0) {
      ranges.push([ipaddr.process(entry), isIP(entry) === 4 ? 32 : 128]);
    } else if (entry.startsWith('.')) suffixes.push(entry);
    else if (entry !== '') hosts.add(entry);
  }
  return { ranges, hosts, suffixes };
}

function isHostAllowed(host: string, { hosts, suffixes }: AllowList): boolean {
  const name = host.toLowerCase().replace(/\.$/, '');
  return hosts.has(name) || suffixes.some((suffix) => name.endsWith(suffix));
}

function isAddressAllowed(address: string, { ranges }: AllowList): boolean {
  const parsed = ipaddr.process(address);
  const listed = ranges.some(
    ([range, bits]) => range.kind() === parsed.kind() && parsed.match(range, bits),
  );
  return listed || isPublic(parsed);
}

/** Global unicast only. IPv6 outside 2000::/3 holds every local, mapped and translated form (RFC 4291, 4193, 6052). */
function isPublic(address: ipaddr.IPv4 | ipaddr.IPv6): boolean {
  if (address.range() !== 'unicast') return false;
  return address.kind() === 'ipv4' || ((address as ipaddr.IPv6).parts[0] ?? 0) >> 13 === 1;
}

/** `[::1]` as URLs write it, and the zone of a link-local address, are not part of the address. */
function bareHost(hostname: string): string {
  return hostname.replace(/^\[/, '').replace(/\]$/, '');
}

function systemResolver(host: string, done: Parameters<Resolver>[1]): void {
  dnsLookup(host, { all: true }, (error, addresses) => done(error, addresses ?? []));
}

function refusedAddress(host: string, addresses: readonly string[]): RefusedUrl {
  const shown = addresses.slice(0, 3).join(', ');
  return new RefusedUrl(
    `${host} is at ${shown}, not a public address (allow it with WEIMAI_ALLOW_PRIVATE_WEBHOOKS)`,
  );
}

function notFound(host: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`no address found for ${host}`), { code: 'ENOTFOUND' });
}
