package org.hikyaku.conformance.grade;

/** A way to do wrong. */
public enum Deviation {
    /** The mail, or its envelope, went inside TLS to a server that must not have it. */
    HANDED_OVER,
    /** The mail, or its envelope, went in clear where that is forbidden. */
    IN_CLEAR,
    /** The sender came, and kept a mail that it should have handed over. */
    HELD,
    /** The sender gave a mail back for good that it should have kept or handed over. */
    RETURNED,
    /** Another host than the best one got the mail. */
    PASSED_OVER,
    /** The handshake named another server than it should, or none (SNI). */
    WRONG_NAME,
    /** STARTTLS was sent to a server that does not offer it. */
    BLIND_STARTTLS,
    /** TLSA records were asked for where they must not be. */
    TLSA_ASKED,
    /** The policy was fetched where there is none to fetch, or from a host that is not who it says. */
    POLICY_READ,
    /** The mail went on without the word REQUIRETLS. */
    WORD_DROPPED,
    /** The notice of a failure shows the text of a mail under REQUIRETLS. */
    TEXT_RETURNED
}
