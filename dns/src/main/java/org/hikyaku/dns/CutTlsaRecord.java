package org.hikyaku.dns;

import java.util.HexFormat;
import org.xbill.DNS.Compression;
import org.xbill.DNS.DNSInput;
import org.xbill.DNS.DNSOutput;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Tokenizer;
import org.xbill.DNS.Type;

/**
 * A TLSA record that ends before its association data begins: 0 to 3 octets. Of no use to anybody, but a record of its
 * set all the same: it is signed with the others, they may be good, and its presence is a commitment (D9, D10).
 */
final class CutTlsaRecord extends Record {
    private static final long serialVersionUID = 1L;

    private final byte[] octets;

    CutTlsaRecord(Name owner, int dclass, long ttl, byte[] octets) {
        super(owner, Type.TLSA, dclass, ttl);
        this.octets = octets.clone();
    }

    @Override
    protected void rrToWire(DNSOutput out, Compression compression, boolean canonical) {
        out.writeByteArray(octets);
    }

    /** RFC 3597 section 5. */
    @Override
    protected String rrToString() {
        return octets.length == 0
                ? "\\# 0"
                : "\\# " + octets.length + " " + HexFormat.of().formatHex(octets);
    }

    @Override
    protected void rrFromWire(DNSInput in) {
        throw new UnsupportedOperationException("made by WireMessage only");
    }

    @Override
    protected void rdataFromString(Tokenizer text, Name origin) {
        throw new UnsupportedOperationException("made by WireMessage only");
    }
}
