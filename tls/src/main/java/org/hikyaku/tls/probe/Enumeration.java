package org.hikyaku.tls.probe;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.hikyaku.tls.TlsVersion;

/** Every suite of every version, and every group: what was accepted is taken away and the rest asked for again. */
final class Enumeration {
    private final Questions questions;
    private final Facts facts;

    Enumeration(Questions questions, Facts facts) {
        this.questions = questions;
        this.facts = facts;
    }

    /** The versions whose suites are now known completely. */
    Set<TlsVersion> everything() throws Dialer.GaveUpException, Dialer.SpentException {
        Set<TlsVersion> complete = EnumSet.noneOf(TlsVersion.class);
        for (TlsVersion version : TlsVersion.values()) {
            if (version != TlsVersion.SSLV2 && facts.version(version) == Known.YES && suites(version)) {
                complete.add(version);
            }
        }
        if (facts.version(TlsVersion.TLSV1_3) == Known.YES) {
            groups(TlsVersion.TLSV1_3, Offers.groups13());
        }
        if (facts.version(TlsVersion.TLSV1_2) == Known.YES) {
            groups(TlsVersion.TLSV1_2, Offers.curves12());
        }
        return complete;
    }

    private boolean suites(TlsVersion version) throws Dialer.GaveUpException, Dialer.SpentException {
        List<Integer> all = questions.hello(version).suites();
        Known more = Known.YES;
        while (more == Known.YES) {
            more = questions.another(version, all);
        }
        return more == Known.NO;
    }

    private void groups(TlsVersion version, List<Integer> all) throws Dialer.GaveUpException, Dialer.SpentException {
        List<Integer> open = all;
        while (!open.isEmpty()) {
            Optional<Integer> found = questions.group(version, open);
            if (found.isEmpty()) {
                return;
            }
            facts.groups().add(found.get());
            open = open.stream().filter(g -> !g.equals(found.get())).toList();
        }
    }
}
