-- +goose Up
-- What of a post's texts a search can look at before it reads them: see models/grams.go. NULL stands for texts that
-- nobody has looked through yet; the triggers put it there, whoever writes. Nobody searches all revisions.
CREATE TABLE {prefix}headpress_texts (
  post_id bigint PRIMARY KEY,
  grams bytea
);
ALTER TABLE {prefix}headpress_texts ALTER COLUMN grams SET STORAGE PLAIN;
INSERT INTO {prefix}headpress_texts (post_id) SELECT id FROM {prefix}posts WHERE post_type <> 'revision';
CREATE INDEX {prefix}headpress_texts_due ON {prefix}headpress_texts (post_id) WHERE grams IS NULL;

-- +goose StatementBegin
CREATE FUNCTION {prefix}headpress_texts_due() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    DELETE FROM {prefix}headpress_texts WHERE post_id = OLD.id;
  ELSIF NEW.post_type <> 'revision' THEN
    INSERT INTO {prefix}headpress_texts (post_id) VALUES (NEW.id) ON CONFLICT (post_id) DO UPDATE SET grams = NULL;
  END IF;
  RETURN NULL;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER {prefix}headpress_texts_due AFTER INSERT OR DELETE OR UPDATE OF id, post_type, post_title, post_excerpt, post_content ON {prefix}posts
  FOR EACH ROW EXECUTE FUNCTION {prefix}headpress_texts_due();
