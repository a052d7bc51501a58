package org.hikyaku.mail.dkim;

import java.util.List;

/** What one signature of a mail is worth. */
public sealed interface DkimResult {

    /** {@code d=}: whose signature it says it is; empty when it does not say. */
    String domain();

    /** For people. */
    String sentence();

    /**
     * The mail is as the domain signed it.
     *
     * @param services the service types in the key's record, {@code *} for all (T13)
     * @param whole false when the signature covers only the beginning of the body ({@code l=})
     * @param fields names of the header fields signed, lower case
     */
    record Valid(String domain, String selector, List<String> services, boolean whole, List<String> fields)
            implements DkimResult {
        public Valid {
            services = List.copyOf(services);
            fields = List.copyOf(fields);
        }

        /** Whether the key may sign for this service. */
        public boolean allows(String service) {
            return services.stream().anyMatch(s -> s.equals("*") || s.equalsIgnoreCase(service));
        }

        @Override
        public String sentence() {
            return "The signature of " + domain + " is good.";
        }
    }

    /** The signature says nothing: the mail was changed, or key or signature are not good. */
    record Invalid(String domain, String sentence) implements DkimResult {}

    /** The key could not be looked up now. */
    record Unknown(String domain, String sentence) implements DkimResult {}
}
