/** What is known of the other end of a request, from the connection and from proxies that are trusted. */
export interface ClientFacts {
  /** IPv4 or IPv6 text; an IPv4 address inside IPv6 as IPv4. */
  address: string;
  /** Name and port that the person's browser asked for: of Host, or what a trusted proxy says of it; "" when there is none. */
  host: string;
  /** The person's own connection is encrypted: here, or up to a trusted proxy, or by PUBLIC_URL. */
  isHttps: boolean;
  /** This machine itself: loopback connection, loopback name in Host, no forwarding header, PUBLIC_URL unset. */
  isDirectLoopback: boolean;
  /** "" when it sent none; 300 characters at most. */
  userAgent: string;
}
