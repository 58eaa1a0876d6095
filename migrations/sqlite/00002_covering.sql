-- +goose Up
-- Totals and the choice of a page come from these indexes alone, without reading rows. The rows of
-- a key stay in the order of their ids, as they are in MySQL's indexes, which end with the primary key.
DROP INDEX {prefix}comments_comment_post_id;
CREATE INDEX {prefix}comments_comment_post_id ON {prefix}comments (comment_post_ID, comment_ID, comment_approved, comment_type, comment_date_gmt);
DROP INDEX {prefix}comments_comment_approved_date_gmt;
CREATE INDEX {prefix}comments_comment_approved_date_gmt ON {prefix}comments (comment_approved, comment_date_gmt, comment_ID, comment_type);
DROP INDEX {prefix}term_relationships_term_taxonomy_id;
CREATE INDEX {prefix}term_relationships_term_taxonomy_id ON {prefix}term_relationships (term_taxonomy_id, object_id);
