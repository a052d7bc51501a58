package org.hikyaku.policy;

import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.hikyaku.dns.Answer;
import org.hikyaku.dns.Lookup;
import org.hikyaku.net.AddressLookup;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/** Addresses as the validating resolver knows them: bogus ones are not used; IPv6 first. */
public final class ValidatedAddresses implements AddressLookup {
    private final Lookup lookup;

    public ValidatedAddresses(Lookup lookup) {
        this.lookup = lookup;
    }

    @Override
    public List<InetAddress> addresses(String host) throws IOException {
        Name name = Name.fromString(host.endsWith(".") ? host : host + ".");
        List<InetAddress> addresses = new ArrayList<>();
        List<String> failures = new ArrayList<>();
        for (int type : new int[] {Type.AAAA, Type.A}) {
            Answer answer = lookup.lookup(name, type);
            AnswerText.failure(answer).ifPresent(failures::add);
            if (answer instanceof Answer.Definite definite) {
                for (Record rr : definite.content().recordsOrNone()) {
                    if (rr instanceof ARecord a) {
                        addresses.add(a.getAddress());
                    } else if (rr instanceof AAAARecord aaaa) {
                        addresses.add(aaaa.getAddress());
                    }
                }
            }
        }
        if (addresses.isEmpty() && !failures.isEmpty()) {
            throw new IOException(String.join(" ", failures));
        }
        return addresses;
    }
}
