package org.hikyaku.conformance.attack;

import java.util.Optional;
import org.hikyaku.lab.DnsAttacker;
import org.hikyaku.policy.StsCache;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Name;
import org.xbill.DNS.NameTooLongException;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.Type;

/** Forged answers for the record that announces an MTA-STS policy. */
final class PolicyRecord {
    private PolicyRecord() {}

    /** @param text what it says; empty: there is none */
    static DnsAttacker forged(Victim victim, Optional<String> text) {
        Name owner = owner(victim.domain());
        return (question, honest) -> {
            if (question.type() != Type.TXT || !question.name().equals(owner)) {
                return honest;
            }
            return text.map(t -> Forgery.of(question, new TXTRecord(owner, DClass.IN, Forgery.TTL, t)))
                    .orElseGet(() -> Forgery.of(question));
        };
    }

    private static Name owner(Name domain) {
        try {
            return StsCache.recordName(domain);
        } catch (NameTooLongException e) {
            throw new IllegalStateException("the lab's names are short", e);
        }
    }
}
