package org.hikyaku.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.hikyaku.policy.TlsaRecord;
import org.xbill.DNS.Name;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The TLSA records that were made for a host and port, as they are told.
 *
 * @param owner the name that they are to stand at
 * @param ttl seconds
 * @param made at least one
 * @param checked address by address, when a live server was looked at
 * @param warning a sentence that comes before all else that is said of them
 */
record MadeTlsa(Name owner, long ttl, List<Made> made, List<Checked> checked, Optional<String> warning) {
    /** One record to publish, what it was made of, and whether that is the certificate of an authority. */
    record Made(TlsaRecord record, String of, boolean authority) {}

    /** What one address of a live server shows, held against the records. */
    record Checked(String address, ExitCode code, String sentence) {}

    /** Lines of a zone file. */
    void print(Terminal terminal) {
        PrintWriter out = terminal.out();
        for (Made one : made) {
            out.println("; " + one.of());
            out.println(line(one));
        }
        checked.forEach(c -> out.println("; checked: " + c.address() + " " + c.sentence()));
        for (String hint : hints()) {
            Wrapped.lines(hint, Math.min(100, terminal.width()) - 2).forEach(l -> out.println("; " + l));
        }
        out.flush();
    }

    private String line(Made one) {
        return owner + " " + ttl + " IN TLSA " + one.record();
    }

    ObjectNode document() {
        ObjectNode document = JsonOption.document("hikyaku.tlsa-make/1")
                .put("owner", owner.toString())
                .put("ttl", ttl);
        ArrayNode records = document.putArray("records");
        made.forEach(m -> records.addObject()
                .put("data", m.record().toString())
                .put("line", line(m))
                .put("of", m.of()));
        ArrayNode addresses = document.putArray("checked");
        checked.forEach(c -> addresses
                .addObject()
                .put("address", c.address())
                .put("matches", c.code() == ExitCode.OK)
                .put("seen", c.code() != ExitCode.UNKNOWN)
                .put("sentence", c.sentence()));
        ArrayNode array = document.putArray("hints");
        hints().forEach(array::add);
        return document;
    }

    private List<String> hints() {
        List<String> hints = new ArrayList<>(
                keyChange(made.getFirst().record(), made.getFirst().authority()));
        warning.ifPresent(hints::addFirst);
        return hints;
    }

    /** D29: how to change keys without a gap. */
    private List<String> keyChange(TlsaRecord record, boolean ofAuthority) {
        String rollover = "Before the server uses another key: publish the next key's record beside this one on every"
                + " name server, wait at least the TTL (" + ttl + " s) from when all of them show it, then switch the"
                + " server, then remove this record (D29, RFC 7671 section 8.1).";
        if (record.usage() == TlsaRecord.DANE_TA) {
            return List.of(
                    "The server must send this authority's certificate in its chain, and the server's certificate must"
                            + " name the host (D12, D14).",
                    rollover);
        }
        if (ofAuthority) {
            return List.of(
                    "This certificate is an authority's. A record of usage 3 must be of the server's own certificate"
                            + " (D11): put that first in the file, or pin the authority with --usage 2.",
                    rollover);
        }
        return record.selector() == TlsaRecord.FULL_CERTIFICATE
                ? List.of(
                        "This record changes with every renewal of the certificate, even when the key stays.", rollover)
                : List.of(
                        "Renewals that keep the key keep this record right; have your ACME client reuse it.", rollover);
    }
}
