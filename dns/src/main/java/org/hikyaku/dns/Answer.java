package org.hikyaku.dns;

/** The outcome of a validated look-up. */
public sealed interface Answer {

    Question question();

    /** An answer with content: secure or insecure. */
    sealed interface Definite extends Answer {
        Content content();

        Proof proof();
    }

    /** Every record set and every denial used was checked up to a trust anchor. */
    record Secure(Question question, Content content, Proof proof) implements Definite {}

    /**
     * A parent zone proved that from some point on nothing is signed (or is signed only in ways that we must treat so:
     * unsupported algorithms, too many NSEC3 iterations). With aliases: from the first insecure one on, all is (D23).
     */
    record Insecure(Question question, Content content, Proof proof) implements Definite {}

    /** Something that must be signed is not, or not rightly. Whoever gets this must not use what was received. */
    record Bogus(Question question, BogusReason reason, Proof proof) implements Answer {}

    /** Could not find out. */
    record Failed(Question question, Failure failure) implements Answer {}
}
