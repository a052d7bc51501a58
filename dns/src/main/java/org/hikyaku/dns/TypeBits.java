package org.hikyaku.dns;

import java.util.function.IntPredicate;
import org.xbill.DNS.Name;
import org.xbill.DNS.Type;

/** What the type bitmap of an NSEC or NSEC3 record at a name says; the same rules for both. */
final class TypeBits {

    private TypeBits() {}

    /** Whether a record that matches the owner denies the type there. */
    static boolean deny(IntPredicate has, Name owner, int type) {
        // RFC 6840 section 4.1: at a cut the parent's record speaks for DS only, the child's for all but DS
        if (type == Type.DS) {
            if (has.test(Type.SOA) && owner.labels() > 1) {
                return false;
            }
        } else if (has.test(Type.NS) && !has.test(Type.SOA)) {
            return false;
        }
        // RFC 6840 section 4.3: a CNAME there would have been the answer
        return !has.test(type) && !has.test(Type.CNAME);
    }

    /** Whether a record that matches a name proves an unsigned delegation there, or that there is none. */
    static DenialOutcome delegation(IntPredicate has) {
        if (has.test(Type.DS) || has.test(Type.SOA)) {
            return DenialOutcome.NOT_PROVED;
        }
        return has.test(Type.NS) ? DenialOutcome.UNSIGNED_DELEGATION : DenialOutcome.NO_DELEGATION;
    }

    /** Whether names below the owner are somebody else's: a delegation seen from the parent, or a DNAME. */
    static boolean isCutOrDname(IntPredicate has) {
        return has.test(Type.DNAME) || has.test(Type.NS) && !has.test(Type.SOA);
    }
}
