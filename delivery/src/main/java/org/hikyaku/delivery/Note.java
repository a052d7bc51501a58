package org.hikyaku.delivery;

import java.net.InetSocketAddress;
import java.util.Optional;
import org.hikyaku.delivery.DeliveryLine.Tls;
import org.hikyaku.delivery.Fate.Circumstances;
import org.hikyaku.policy.DeliveryPlan;
import org.hikyaku.smtp.EnhancedStatus;

/**
 * What one step of a journey came to, ready to become a fate.
 *
 * @param reused whether the connection had carried an earlier mail
 */
record Note(Circumstances circumstances, Tls tls, boolean reused, Weight weight) {

    /** What says most about why a mail waits comes last. */
    enum Weight {
        /** The host is not there. */
        ABSENT,
        /** There is no way to it from here. */
        NO_ROUTE,
        UNREACHED,
        /** The DNS could not say. */
        UNDECIDED,
        /** It may not get the mail. */
        REFUSED_TLS,
        /** It would do, but for REQUIRETLS. */
        LACKS_REQUIRETLS,
        /** It said something itself. */
        REPLY
    }

    /** Without any host. */
    static Note ours(EnhancedStatus status, Optional<String> rule, String sentence, Tls tls) {
        return new Note(
                new Circumstances(status, Optional.empty(), Optional.empty(), Optional.empty(), rule, sentence),
                tls,
                false,
                Weight.UNDECIDED);
    }

    /** About a host, without words of its own. */
    static Note of(
            DeliveryPlan plan,
            Optional<InetSocketAddress> address,
            EnhancedStatus status,
            String sentence,
            Tls tls,
            Weight weight) {
        return new Note(
                new Circumstances(
                        status,
                        Optional.empty(),
                        Optional.of(Journey.name(plan.host())),
                        address,
                        Optional.empty(),
                        sentence),
                tls,
                false,
                weight);
    }

    /** The same, as a permanent failure with another status. */
    Note failing(EnhancedStatus status, String before) {
        return new Note(
                new Circumstances(
                        status,
                        circumstances.reply(),
                        circumstances.host(),
                        circumstances.address(),
                        circumstances.rule(),
                        before + circumstances.sentence()),
                tls,
                reused,
                weight);
    }
}
