package org.hikyaku.tlsrpt.send;

import java.util.Locale;
import java.util.Optional;
import org.hikyaku.dns.BadNameException;
import org.hikyaku.dns.DomainNames;
import org.hikyaku.smtp.Mailbox;

/**
 * Who sends the reports.
 *
 * @param organization {@code organization-name}
 * @param contact {@code contact-info}, and the From of the mails
 */
public record Submitter(String organization, Mailbox contact) {

    /** @throws IllegalArgumentException when the contact has no domain that a report can name */
    public Submitter {
        if (organization.isBlank()) {
            throw new IllegalArgumentException("a report names the organization that sends it");
        }
        try {
            // T25
            contact = contact.withDomain(
                    DomainNames.parse(contact.domain()).toString(true).toLowerCase(Locale.ROOT));
        } catch (BadNameException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
        if (!contact.ascii()) {
            throw new IllegalArgumentException("\"" + contact + "\" has letters beyond ASCII before the @; the address"
                    + " of reports must work with every server");
        }
    }

    /** Why reports cannot be sent in this name. */
    public static Optional<String> objection(String organization, Mailbox contact) {
        try {
            Submitter good = new Submitter(organization, contact);
            return good.domain().isEmpty() ? Optional.of("an address has a domain") : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    /** T11, T12: the submitter is the domain of the contact. */
    public String domain() {
        return contact.domain();
    }
}
