package org.hikyaku.lab;

import org.hikyaku.dns.Question;
import org.hikyaku.dns.Reply;

/** Somebody between a resolver and whoever asks it: sees each honest reply and gives another in its place, or the same. */
@FunctionalInterface
public interface DnsAttacker {

    /**
     * What arrives instead.
     *
     * @param honest what the resolver said; a received message is the attacker's to change
     */
    Reply tamper(Question question, Reply honest);
}
