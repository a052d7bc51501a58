package org.hikyaku.check;

/**
 * Every kind of finding, in the order in which findings of one severity are shown. {@code docs/check.md} says when each
 * is given; ids are promises.
 */
public enum FindingId {
    DOMAIN_NONEXISTENT(
            "domain-nonexistent", "RFC 5321 5.1", "Mail to a domain that does not exist is returned to its sender."),
    DNSSEC_BOGUS(
            "dnssec-bogus",
            "D1",
            "Senders that validate DNSSEC treat this as an attack: their mail to the domain waits and is returned in the"
                    + " end."),
    DNSSEC_SKEW(
            "dnssec-skew",
            "RFC 4035 5.3.1",
            "Only validators that forgive wrong clocks still accept the signatures; for all others the names are gone."),
    MX_ADDRESS_LITERAL(
            "mx-address-literal",
            "D22",
            "An MX record must name a host; senders look the address up as a name and find nothing."),
    MX_DANGLING("mx-dangling", "D2", "Senders cannot reach a host that has no address."),
    MX_UNREACHABLE("mx-unreachable", "RFC 5321 5.1", "Mail cannot be delivered to an address where nobody answers."),
    DANE_LOOKUP_FAILED(
            "dane-lookup-failed",
            "D1",
            "A sender that checks DANE must not take a failed look-up for an absent record: it does not use the host."),
    DANE_MISMATCH(
            "dane-mismatch",
            "D11",
            "Senders that check DANE do not deliver to this server at all; they try the next one, or wait."),
    DANE_TA_MISSING(
            "dane-ta-missing",
            "D14",
            "A digest cannot be turned back into a certificate: senders that check DANE find no match and do not deliver."),
    STARTTLS_ABSENT(
            "starttls-absent",
            "RFC 3207",
            "Without TLS everybody on the way can read and change the mail; senders that are promised TLS hold it back."),
    TLS_HANDSHAKE_FAILED(
            "tls-handshake-failed",
            "RFC 8446",
            "Senders fall back to clear text, or hold mail back where TLS was promised."),
    STS_MX_MISMATCH(
            "sts-mx-mismatch",
            "S7",
            "Senders that enforce MTA-STS do not deliver to a host that the policy does not name."),
    STS_RECORD_INVALID(
            "sts-record-invalid", "S2", "Without exactly one valid record senders take the domain to have no policy."),
    STS_POLICY_UNREACHABLE(
            "sts-policy-unreachable",
            "S17",
            "A policy is announced that new senders cannot get: they deliver without its protection."),
    STS_WEBPKI_INVALID(
            "sts-webpki-invalid",
            "S5",
            "Senders must not believe a policy from a host that cannot prove its name: they deliver without it."),
    STS_POLICY_INVALID(
            "sts-policy-invalid", "S6", "Senders cannot use the policy: they deliver without its protection."),
    CERT_EXPIRED("cert-expired", "S8", "A certificate out of its dates proves nothing where names and dates count."),
    CERT_NOT_YET_VALID(
            "cert-not-yet-valid", "S8", "A certificate out of its dates proves nothing where names and dates count."),
    CERT_NAME_MISMATCH(
            "cert-name-mismatch", "S8", "The certificate does not say that this is the host that mail should go to."),
    CERT_UNTRUSTED("cert-untrusted", "S8", "No certificate authority that senders know vouches for the server."),
    CHAIN_INCOMPLETE(
            "chain-incomplete",
            "S8",
            "Senders do not fetch what the server leaves out: most find no way to an authority that they know."),
    CERT_ABSENT("cert-absent", "RFC 8446 4.4.2", "A server without a certificate cannot prove who it is."),

    DNSSEC_EXPIRING(
            "dnssec-expiring",
            "RFC 4035 5.3.1",
            "When the signatures end, the domain vanishes for validating senders."),
    DNSSEC_ABSENT(
            "dnssec-absent",
            "D3",
            "Without DNSSEC an attacker can forge where mail goes, and DANE has nothing to stand on."),
    DNSSEC_ALGORITHM(
            "dnssec-algorithm",
            "RFC 9905",
            "Validators treat a zone that is signed only in ways no longer trusted like an unsigned one."),
    NSEC3_ITERATIONS(
            "nsec3-iterations",
            "RFC 9276 3.2",
            "Validators treat proofs with many iterations as insecure, or refuse them altogether."),
    DANE_ABSENT("dane-absent", "D3", "An attacker on the way can strip TLS or pose as the server unseen."),
    DANE_UNUSABLE("dane-unusable", "D9", "The record commits senders to TLS, but proves nothing about the server."),
    DANE_INSECURE_MX(
            "dane-insecure-mx",
            "D19",
            "Whoever forges the unsigned MX answer leads mail past this host and its records."),
    STS_ABSENT("sts-absent", "S17", "Senders that rely on MTA-STS deliver to whatever answers."),
    STS_TESTING(
            "sts-testing", "S12", "Failures are reported, but nothing is held back: an attacker still gets the mail."),
    STS_MAX_AGE_SHORT(
            "sts-max-age-short",
            "RFC 8461 3.2",
            "A short life makes senders forget the policy soon, and an attacker only has to wait."),
    STS_CONTENT_TYPE("sts-content-type", "S5", "Strict senders may refuse a policy of the wrong media type."),
    TLSRPT_ABSENT("tlsrpt-absent", "T1", "Nobody tells the domain when senders fail to deliver securely."),
    TLSRPT_INVALID("tlsrpt-invalid", "T1", "Senders ignore the record, so no reports come."),
    MX_CNAME("mx-cname", "RFC 2181 10.3", "An MX must not point to an alias: some senders refuse it."),
    MX_DUPLICATE("mx-duplicate", "RFC 5321 5.1", "The further record does nothing; senders use the first preference."),
    MX_NULL_WITH_OTHERS(
            "mx-null-with-others",
            "RFC 7505 3",
            "A null MX says that no mail is taken, the others say that it is: senders differ in what they do."),
    MX_NONE("mx-none", "RFC 7505", "Mail to a domain with neither MX nor address is returned only after a look-up."),
    CERT_EXPIRING("cert-expiring", "S8", "When it ends, senders that check dates hold their mail back."),
    CHAIN_ORDER("chain-order", "RFC 5246 7.4.2", "Some senders read the chain strictly in order and find no path."),
    CERT_WEAK_KEY("cert-weak-key", "RFC 8996", "Keys of this size can be broken."),
    CERT_WEAK_SIGNATURE("cert-weak-signature", "RFC 9155", "Signatures of this kind can be forged."),
    TLS_NO_FORWARD_SECRECY(
            "tls-no-forward-secrecy",
            "RFC 9325 4.1",
            "Whoever gets the server's key later can read everything recorded today."),
    CERT_SEVERAL(
            "cert-several",
            "D11",
            "Which certificate a sender sees depends on its hello: each must keep what is promised."),
    DANE_RENEWAL(
            "dane-renewal",
            "D29",
            "At the next renewal the record may stop matching, and senders that check DANE then hold their mail back."),
    STS_WEB_EXPIRING("sts-web-expiring", "S5", "When it ends, senders can neither get the policy nor renew it."),
    REQUIRETLS_IN_CLEAR(
            "requiretls-in-clear",
            "Q1",
            "A sender must not rely on what was said before TLS: anybody can put it there."),
    EHLO_NAME("ehlo-name", "RFC 5321 4.1.4", "Others cannot tell which server it is, and some trust it less."),
    MX_ADDRESSES_DIFFER(
            "mx-addresses-differ",
            "RFC 5321 5.1",
            "Senders take one address or another, so what they meet is a matter of chance."),
    SPF_INVALID(
            "spf-invalid",
            "RFC 7208 4.6",
            "Receivers come to \"permerror\": they refuse the domain's mail, or act as if there were no SPF."),
    SPF_LOOKUPS(
            "spf-lookups",
            "RFC 7208 4.6.4",
            "Past the limits receivers come to \"permerror\": they refuse the domain's mail, or act as if there were no"
                    + " SPF."),
    SPF_ABSENT("spf-absent", "RFC 7208 3", "Receivers cannot tell who may send in the domain's name."),
    SPF_OPEN(
            "spf-open",
            "RFC 7208 5.1",
            "Receivers learn nothing of forged mail: senders that nobody knows do not fail."),
    DMARC_ABSENT(
            "dmarc-absent",
            "RFC 9989 4.10",
            "Nobody is told what to do with mail that only claims to be of the domain."),
    DMARC_INVALID("dmarc-invalid", "RFC 9989 4.8", "Receivers ignore what they cannot read, in part or all of it."),
    DMARC_NONE("dmarc-none", "RFC 9989 4.7", "Forged mail is delivered like any other."),
    DMARC_SUBDOMAINS("dmarc-subdomains", "RFC 9989 4.7", "Mail can be forged from names below the domain."),
    DMARC_TESTING("dmarc-testing", "RFC 9989 4.7", "Receivers act one level milder than the policy says."),
    DMARC_REPORTS_REFUSED(
            "dmarc-reports-refused", "RFC 9990 4", "Reports to an address outside go only where they are welcome."),
    DKIM_ABSENT("dkim-absent", "RFC 8020", "Without DKIM nothing proves mail that was forwarded."),
    DKIM_SELECTOR_ABSENT(
            "dkim-selector-absent", "RFC 6376 6.1.2", "Signatures that name this selector cannot be verified."),
    DKIM_INVALID("dkim-invalid", "RFC 6376 3.6.1", "Verifiers ignore the key, and every signature made with it fails."),
    DKIM_WEAK("dkim-weak", "RFC 8301 3.2", "Weak keys and digests can be broken, and verifiers refuse them."),
    CAA_FORBIDS("caa-forbids", "RFC 8659 4.2", "The next certificate will be refused, when the present one ends."),
    CAA_INVALID("caa-invalid", "RFC 8659 4.2", "Authorities read a record that they cannot understand as a refusal."),
    SPF_VOID("spf-void", "RFC 7208 4.6.4", "Look-ups for nothing are counted, and somebody else may take a free name."),
    SPF_UNREACHED("spf-unreached", "RFC 7208 5.1", "What is never looked at does nothing."),
    SPF_STYLE("spf-style", "RFC 7208 5.5", "Receivers differ in how they treat it, or ignore it."),
    DMARC_NO_REPORTS("dmarc-no-reports", "RFC 9989 4.7", "Without reports nobody sees who sends in the domain's name."),
    DMARC_STYLE("dmarc-style", "RFC 9989 4.7", "Receivers ignore it, or differ in how they read it."),
    DKIM_UNSEEN("dkim-unseen", "RFC 6376 3.1", "Selectors are chosen freely; a miss is not an absence."),
    DKIM_TESTING("dkim-testing", "RFC 6376 3.6.1", "Verifiers treat mail signed with a key in testing as unsigned."),
    DKIM_REVOKED("dkim-revoked", "RFC 6376 3.6.1", "That is how a key is withdrawn; nothing need be done."),
    DKIM_STYLE("dkim-style", "RFC 6376 3.6.1", "Verifiers ignore it, or differ in how they read it."),
    CAA_ABSENT("caa-absent", "RFC 8659 3", "Every certificate authority may issue certificates for the hosts."),
    CAA_ISSUER_UNKNOWN(
            "caa-issuer-unknown", "RFC 8659 4.2", "If the authority is not among them, the next renewal is refused."),
    PTR_ABSENT("ptr-absent", "RFC 1912 2.1", "Many receivers refuse mail from an address without a name."),
    PTR_UNCONFIRMED(
            "ptr-unconfirmed", "RFC 1912 2.1", "Many receivers refuse mail from an address whose name is another's."),
    PTR_UNKNOWN("ptr-unknown", "RFC 1912 2.1", "A failed look-up says nothing about whether the record is there."),
    NS_IPV6_FEW("ns-ipv6-few", "RFC 3901 3", "Resolvers that have only IPv6 cannot find the domain."),

    MX_NULL("mx-null", "RFC 7505", "The domain takes no mail, and senders know at once."),
    MX_NONE_IMPLICIT(
            "mx-none-implicit", "D20", "Mail goes to the domain's own address, as in the days before MX records."),
    MX_UNTRIED(
            "mx-untried", "D2", "Nothing is known of addresses past the limit; senders do not try endlessly either."),
    STS_NONE("sts-none", "S13", "A policy in mode none says that the domain has none any more."),
    STS_POLICY_STYLE(
            "sts-policy-style", "S6", "Senders differ in how they read a policy that does not follow the grammar."),
    TLSRPT_STYLE("tlsrpt-style", "T1", "Senders differ in how they read a record that does not follow the grammar."),
    DANE_ROLLOVER("dane-rollover", "D29", "The next key can be used without a gap."),
    DANE_ROLLOVER_ABSENT(
            "dane-rollover-absent",
            "D29",
            "When the server's key changes before a record for the new one has been known long enough, mail stops."),
    REQUIRETLS_ABSENT(
            "requiretls-absent",
            "Q3",
            "Mail whose author demands TLS on every leg (RFC 8689) cannot be delivered there."),
    BANNER_NAME("banner-name", "RFC 5321 4.2", "Two names for one server make faults harder to trace."),
    MX_IPV6_ABSENT("mx-ipv6-absent", "RFC 3974 2", "Senders that have only IPv6 cannot deliver."),
    MX_HOSTS_DIFFER("mx-hosts-differ", "RFC 5321 5.1", "The weakest of several hosts decides how safe mail is."),

    LOOKUP_FAILED("lookup-failed", "D1", "A failed look-up says nothing about whether the record is there."),
    CHECK_FAILED("check-failed", "D1", "What was not looked at may be well or not: nothing follows for the domain."),
    DNSSEC_STRIPPED(
            "dnssec-stripped", "D24", "Through a resolver that leaves signatures out nothing can be validated."),

    MX_OK("mx-ok", "RFC 5321 5.1", "Senders find the hosts and reach them."),
    DNSSEC_OK("dnssec-ok", "D1", "Nobody can forge where mail to the domain goes."),
    DANE_OK("dane-ok", "D11", "Senders that check DANE deliver only to the holder of this key."),
    STS_OK("sts-ok", "S8", "Senders that enforce MTA-STS deliver only to the hosts of the policy."),
    STARTTLS_OK("starttls-ok", "RFC 3207", "Those who only listen on the way read nothing."),
    CERT_OK("cert-ok", "S8", "Known certificate authorities vouch for the server's name."),
    TLSRPT_OK("tlsrpt-ok", "T1", "The domain hears from senders when TLS fails."),
    REQUIRETLS_OK("requiretls-ok", "Q3", "Mail whose author demands TLS on every leg can be delivered there."),
    MX_IPV6_OK("mx-ipv6-ok", "RFC 3974 2", "Senders that have only IPv6 can deliver too."),
    SPF_OK("spf-ok", "RFC 7208 4.6", "Receivers can tell who may send in the domain's name."),
    DMARC_OK("dmarc-ok", "RFC 9989 4.7", "Receivers know what to do with forged mail."),
    DKIM_OK("dkim-ok", "RFC 6376 3.6.1", "Signatures of the domain's mail can be verified."),
    CAA_OK("caa-ok", "RFC 8659 4.2", "Who may issue certificates for the hosts is settled."),
    PTR_OK("ptr-ok", "RFC 1912 2.1", "Receivers find the servers' names and addresses in agreement."),
    NS_IPV6_OK("ns-ipv6-ok", "RFC 3901 3", "Resolvers find the domain over IPv6 too.");

    private final String id;
    private final String rule;
    private final String matters;

    FindingId(String id, String rule, String matters) {
        this.id = id;
        this.rule = rule;
        this.matters = matters;
    }

    /** The stable identifier, such as {@code dane-mismatch}. */
    public String id() {
        return id;
    }

    /** The rule that it usually falls under. */
    public String rule() {
        return rule;
    }

    /** Why it matters, one sentence. */
    public String matters() {
        return matters;
    }

    @Override
    public String toString() {
        return id;
    }
}
