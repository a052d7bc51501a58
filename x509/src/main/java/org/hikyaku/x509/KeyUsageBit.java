package org.hikyaku.x509;

import java.util.EnumSet;
import java.util.Set;
import org.bouncycastle.asn1.x509.KeyUsage;

/** What a key may be used for (RFC 5280 section 4.2.1.3). */
public enum KeyUsageBit {
    DIGITAL_SIGNATURE(KeyUsage.digitalSignature, "digitalSignature"),
    NON_REPUDIATION(KeyUsage.nonRepudiation, "nonRepudiation"),
    KEY_ENCIPHERMENT(KeyUsage.keyEncipherment, "keyEncipherment"),
    DATA_ENCIPHERMENT(KeyUsage.dataEncipherment, "dataEncipherment"),
    KEY_AGREEMENT(KeyUsage.keyAgreement, "keyAgreement"),
    KEY_CERT_SIGN(KeyUsage.keyCertSign, "keyCertSign"),
    CRL_SIGN(KeyUsage.cRLSign, "cRLSign"),
    ENCIPHER_ONLY(KeyUsage.encipherOnly, "encipherOnly"),
    DECIPHER_ONLY(KeyUsage.decipherOnly, "decipherOnly");

    private final int mask;
    private final String title;

    KeyUsageBit(int mask, String title) {
        this.mask = mask;
        this.title = title;
    }

    /** The name that the RFC gives it. */
    public String title() {
        return title;
    }

    int mask() {
        return mask;
    }

    static Set<KeyUsageBit> of(KeyUsage usage) {
        Set<KeyUsageBit> bits = EnumSet.noneOf(KeyUsageBit.class);
        for (KeyUsageBit bit : values()) {
            if (usage.hasUsages(bit.mask)) {
                bits.add(bit);
            }
        }
        return bits;
    }
}
