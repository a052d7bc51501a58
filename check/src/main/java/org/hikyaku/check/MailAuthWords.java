package org.hikyaku.check;

import org.hikyaku.check.auth.MailAuth;
import org.hikyaku.check.auth.dmarc.DmarcPolicy;
import org.hikyaku.check.auth.dmarc.DmarcReport.Discovery;
import org.hikyaku.check.auth.spf.Qualifier;
import org.hikyaku.check.auth.spf.SpfSelection;
import org.hikyaku.check.auth.spf.SpfTerm;

/** Simple questions about mail authentication. */
final class MailAuthWords {
    private MailAuthWords() {}

    /** SPF is {@code -all} alone. */
    static boolean nobodySends(MailAuth auth) {
        return auth.spf().selection() instanceof SpfSelection.Found found
                && found.record().faults().isEmpty()
                && found.record().terms().size() == 1
                && found.record().terms().getFirst() instanceof SpfTerm.All all
                && all.qualifier() == Qualifier.FAIL;
    }

    /** The domain says that it sends no mail: SPF is {@code -all} alone and DMARC asks to reject. */
    static boolean sendsNothing(MailAuth auth) {
        boolean reject =
                auth.dmarc().discovery() instanceof Discovery.Found policy && policy.policy() == DmarcPolicy.REJECT;
        return nobodySends(auth) && reject;
    }
}
