package org.hikyaku.relay.filter;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.hikyaku.net.Network;
import org.hikyaku.smtp.Body;
import org.hikyaku.smtp.Reply;
import org.hikyaku.smtp.server.Client;
import org.hikyaku.smtp.server.IncomingMail;
import org.hikyaku.smtp.server.MailRefusedException;
import org.hikyaku.smtp.server.MailSink;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks filters about each mail, one after the other, and hands on what they let through, with their changes. */
public final class FilteredSink implements MailSink {
    private static final Logger LOG = LoggerFactory.getLogger(FilteredSink.class);

    private final MailSink sink;
    private final List<Milter> filters;
    private final Options options;

    /** What happens to mail when a filter cannot be asked. */
    public enum OnFailure {
        /** 451: the client comes again. */
        DEFER,
        /** It is taken as it is. */
        ACCEPT
    }

    /**
     * Which filters, and how they are asked.
     *
     * @param addresses where they listen, in the order in which they are asked
     * @param timeout for a connection and for each answer
     * @param hostName our name
     * @param folder where large mails wait
     * @param keepFree bytes that stay free on the disk of that folder
     * @param largest bytes of a body that a filter may put in the place of another
     */
    public record Options(
            List<InetSocketAddress> addresses,
            Duration timeout,
            OnFailure onFailure,
            String hostName,
            Path folder,
            long keepFree,
            long largest) {
        public Options {
            addresses = List.copyOf(addresses);
        }
    }

    /** @param sink where mail goes that the filters let through */
    public FilteredSink(MailSink sink, Network network, Options options) {
        this.sink = sink;
        this.options = options;
        this.filters = options.addresses().stream()
                .map(address -> new Milter(network, address, options.timeout(), options.hostName()))
                .toList();
    }

    @Override
    public MailSink.Draft begin(Client client, IncomingMail mail) throws IOException {
        // Asked for at once: whether there is room is known before the content comes.
        return new Filtered(client, mail, sink.begin(client, mail));
    }

    private final class Filtered implements MailSink.Draft {
        private final Client client;
        private final IncomingMail mail;
        private Spool content = new Spool(options.folder(), options.keepFree());
        private MailSink.Draft draft;

        Filtered(Client client, IncomingMail mail, MailSink.Draft draft) {
            this.client = client;
            this.mail = mail;
            this.draft = draft;
        }

        @Override
        public OutputStream content() {
            return content;
        }

        @Override
        public String commit(Body body) throws IOException {
            IncomingMail now = mail;
            for (Milter filter : filters) {
                try {
                    Verdict verdict = filter.ask(client, now, content);
                    switch (verdict) {
                        case Verdict.Refuse refuse -> throw new MailRefusedException(refuse.reply());
                        case Verdict.Discard _ -> {
                            LOG.info("A filter has mail from {} thrown away.", mail.sender());
                            return "a filter wants it";
                        }
                        case Verdict.Take take -> now = changed(now, take);
                    }
                } catch (FilterException e) {
                    failed(e);
                }
            }
            if (!now.equals(mail)) {
                draft.close();
                draft = sink.begin(client, now);
            }
            content.open().transferTo(draft.content());
            return draft.commit(body == Body.SEVEN_BIT && content.eightBit() ? Body.EIGHT_BIT_MIME : body);
        }

        private void failed(FilterException e) throws MailRefusedException {
            switch (options.onFailure()) {
                case ACCEPT -> LOG.warn("Mail from {} is taken unfiltered: {}", mail.sender(), e.getMessage());
                case DEFER -> {
                    LOG.warn("Mail from {} is put off: {}", mail.sender(), e.getMessage());
                    throw new MailRefusedException(
                            new Reply(451, List.of("4.3.0 the content filter cannot be asked now; come again")));
                }
            }
        }

        /** Changes the content, and gives the envelope as it is then. */
        private IncomingMail changed(IncomingMail before, Verdict.Take take) throws IOException {
            if (take.changes().isEmpty()) {
                return before;
            }
            ChangedMail made = new ChangedMail(before, take, options);
            Spool other = new Spool(options.folder(), options.keepFree());
            try {
                made.write(content, other);
            } catch (IOException e) {
                other.close();
                throw e;
            }
            content.close();
            content = other;
            return made.mail();
        }

        @Override
        public void close() throws IOException {
            content.close();
            draft.close();
        }
    }
}
