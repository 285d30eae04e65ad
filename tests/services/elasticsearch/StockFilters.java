import java.util.Map;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.miscellaneous.ASCIIFoldingFilter;
import org.apache.lucene.analysis.ngram.EdgeNGramTokenFilter;
import org.apache.lucene.analysis.snowball.SnowballFilter;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.env.Environment;
import org.elasticsearch.index.IndexSettings;
import org.elasticsearch.index.analysis.AbstractTokenFilterFactory;
import org.elasticsearch.index.analysis.TokenFilterFactory;
import org.elasticsearch.indices.analysis.AnalysisModule.AnalysisProvider;
import org.elasticsearch.plugins.AnalysisPlugin;
import org.elasticsearch.plugins.Plugin;

/** The token filters that a stock Elasticsearch has in a module of its own, under their names, from the same Lucene classes. */
public class StockFilters extends Plugin implements AnalysisPlugin {
  interface Wrap { TokenStream around(TokenStream in, Settings settings); }

  static AnalysisProvider<TokenFilterFactory> filter(Wrap wrap) {
    return (IndexSettings index, Environment env, String name, Settings settings) -> new AbstractTokenFilterFactory(name, settings) {
      @Override public TokenStream create(TokenStream in) { return wrap.around(in, settings); }
    };
  }

  @Override public Map<String, AnalysisProvider<TokenFilterFactory>> getTokenFilters() {
    return Map.of(
      "asciifolding", filter((in, s) -> new ASCIIFoldingFilter(in, s.getAsBoolean("preserve_original", false))),
      "edge_ngram", filter((in, s) -> new EdgeNGramTokenFilter(in, s.getAsInt("min_gram", 1), s.getAsInt("max_gram", 2), s.getAsBoolean("preserve_original", false))),
      "stemmer", filter((in, s) -> new SnowballFilter(in, s.get("language", "English").equalsIgnoreCase("english") ? "English" : s.get("language"))));
  }
}
