package org.hikyaku.dns;

import java.time.InstantSource;
import org.xbill.DNS.Name;
import org.xbill.DNS.Type;

/** Words for tests of the validator. */
final class Lookups {
    private Lookups() {}

    static ValidatingResolver resolver(SignedWorld world) {
        return resolver(world, ValidatorOptions.defaults());
    }

    static ValidatingResolver resolver(SignedWorld world, ValidatorOptions options) {
        return new ValidatingResolver(world, world.anchors(), options, InstantSource.fixed(SignedZone.NOW));
    }

    /** {@code "www.example. A"}. */
    static Question question(String text) {
        String[] parts = text.split(" ");
        return new Question(Name.fromConstantString(parts[0]), Type.value(parts[1]));
    }

    /** An answer in a word or two: {@code SECURE NXDOMAIN}, {@code BOGUS 7}, {@code FAILED LIMIT}. */
    static String verdict(Answer answer) {
        return switch (answer) {
            case Answer.Secure secure -> "SECURE " + content(secure.content());
            case Answer.Insecure insecure -> "INSECURE " + content(insecure.content());
            case Answer.Bogus bogus -> "BOGUS " + bogus.reason().code().code();
            case Answer.Failed failed -> "FAILED " + failed.failure().kind();
        };
    }

    private static String content(Content content) {
        return switch (content) {
            case Content.Records records -> records.records().size() + " RECORDS";
            case Content.NoData noData -> "NODATA";
            case Content.NxDomain nxDomain -> "NXDOMAIN";
        };
    }
}
