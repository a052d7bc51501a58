package org.hikyaku.dns;

import org.xbill.DNS.Name;

/** Denial of existence by records of one zone whose signatures are verified. */
sealed interface Denial permits NsecDenial, Nsec3Denial {

    /**
     * Whether the name, or the type at the name, is denied.
     *
     * @param nxdomain what the response claims; decides only how much an opt-out range has to prove
     */
    DenialOutcome negative(Name name, int type, boolean nxdomain) throws StoppedException;

    /**
     * Whether an answer expanded from a wildcard was rightly given.
     *
     * @param encloserLabels labels, without the root, of the name that the wildcard stands directly under
     */
    DenialOutcome wildcardAnswer(Name name, int encloserLabels) throws StoppedException;

    /** Whether there is a delegation without DS at the name. */
    DenialOutcome delegation(Name name) throws StoppedException;

    Proof.Vouching noDs();
}
