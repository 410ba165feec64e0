import type { DnsQuestion, DnsReply } from "../domain/dns/records.ts";

/** Sends questions to name servers. */
export interface Nameservers {
  /** The resolvers of this machine, as questions name servers. */
  readonly system: readonly string[];
  /**
   * Never throws: what keeps an answer away is the reply. Asks again within its budget, for so many seconds
   * at most, after which the reply is `deadline`. Nothing is remembered: the same question is asked again.
   */
  ask(question: DnsQuestion, seconds?: number): Promise<DnsReply>;
  /** Ends what is under way; every open and further question is answered with `deadline`. */
  dispose(): void;
}
