package org.hikyaku.lab;

import java.util.List;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;

/** An unsigned zone proves nothing. */
record NoChain() implements DenialChain {
    @Override
    public List<Record> all() {
        return List.of();
    }

    @Override
    public List<Record> noData(Name name) {
        return List.of();
    }

    @Override
    public List<Record> nxDomain(Name name, Name closestEncloser) {
        return List.of();
    }

    @Override
    public List<Record> wildcardAnswer(Name name, Name closestEncloser) {
        return List.of();
    }

    @Override
    public List<Record> wildcardNoData(Name name, Name closestEncloser) {
        return List.of();
    }
}
