package org.attunedb.server.ingest.extract;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.attunedb.server.ingest.extract.StructuredText.Block;
import org.attunedb.server.ingest.extract.StructuredText.Heading;
import org.commonmark.Extension;
import org.commonmark.ext.front.matter.YamlFrontMatterExtension;
import org.commonmark.ext.front.matter.YamlFrontMatterVisitor;
import org.commonmark.ext.gfm.tables.TableBlock;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Code;
import org.commonmark.node.CustomBlock;
import org.commonmark.node.FencedCodeBlock;
import org.commonmark.node.HardLineBreak;
import org.commonmark.node.IndentedCodeBlock;
import org.commonmark.node.Node;
import org.commonmark.node.SoftLineBreak;
import org.commonmark.node.SourceSpan;
import org.commonmark.node.Text;
import org.commonmark.parser.IncludeSourceSpans;
import org.commonmark.parser.Parser;

/** Markdown, kept as it is written; only its structure is read. Front matter is kept, too. */
final class MarkdownText {
  private static final List<Extension> EXTENSIONS =
      List.of(TablesExtension.create(), YamlFrontMatterExtension.create());

  /** Quotations and lists within one another; deeper ones are text. */
  private static final int DEEPEST = 100;

  private static final Parser PARSER =
      Parser.builder()
          .extensions(EXTENSIONS)
          .includeSourceSpans(IncludeSourceSpans.BLOCKS)
          .maxOpenBlockParsers(DEEPEST)
          .build();

  private MarkdownText() {}

  static StructuredText of(String text, String fallbackTitle) {
    Node root = PARSER.parse(text);
    Structure structure = new Structure(text);
    root.accept(structure);
    YamlFrontMatterVisitor front = new YamlFrontMatterVisitor();
    root.accept(front);
    return new StructuredText(
        title(front.getData(), structure.headings, fallbackTitle),
        text,
        structure.headings,
        structure.blocks,
        List.of());
  }

  private static String title(
      Map<String, List<String>> front, List<Heading> headings, String fallback) {
    for (String title : front.getOrDefault("title", List.of())) {
      if (!title.isBlank()) {
        return title.strip();
      }
    }
    return headings.stream()
        .filter(heading -> heading.level() == 1)
        .map(Heading::text)
        .findFirst()
        .orElse(fallback);
  }

  /** Collects headings and blocks with their places. */
  private static final class Structure extends AbstractVisitor {
    private final String text;
    private final List<Heading> headings = new ArrayList<>();
    private final List<Block> blocks = new ArrayList<>();

    Structure(String text) {
      this.text = text;
    }

    @Override
    public void visit(org.commonmark.node.Heading heading) {
      String title = plain(heading);
      List<SourceSpan> spans = heading.getSourceSpans();
      if (!title.isEmpty() && !spans.isEmpty()) {
        headings.add(
            new Heading(lineStart(spans.getFirst().getInputIndex()), heading.getLevel(), title));
      }
    }

    @Override
    public void visit(FencedCodeBlock block) {
      block(block);
    }

    @Override
    public void visit(IndentedCodeBlock block) {
      block(block);
    }

    @Override
    public void visit(CustomBlock block) {
      if (block instanceof TableBlock) {
        block(block);
      } else {
        visitChildren(block);
      }
    }

    private void block(Node node) {
      List<SourceSpan> spans = node.getSourceSpans();
      if (!spans.isEmpty()) {
        SourceSpan last = spans.getLast();
        int start = lineStart(spans.getFirst().getInputIndex());
        blocks.add(new Block(start, last.getInputIndex() + last.getLength()));
      }
    }

    private int lineStart(int index) {
      return text.lastIndexOf('\n', index - 1) + 1;
    }

    private static String plain(Node node) {
      StringBuilder plain = new StringBuilder();
      node.accept(
          new AbstractVisitor() {
            @Override
            public void visit(Text text) {
              plain.append(text.getLiteral());
            }

            @Override
            public void visit(Code code) {
              plain.append(code.getLiteral());
            }

            @Override
            public void visit(SoftLineBreak lineBreak) {
              plain.append(' ');
            }

            @Override
            public void visit(HardLineBreak lineBreak) {
              plain.append(' ');
            }
          });
      return plain.toString().strip();
    }
  }
}
