# Records that others name by a text.

# Under which name a record is looked up: the zone adds its own name where a record does not end with it. Of a zone that is not known here, the
# record is taken to say all of it.
define "full_name" {
  of = "aws_route53_record"
  is = trimsuffix(lower(
    length(made_of(self.zone_id)) == 0 ? self.name : [
      for z in linked(self, "member_of", "aws_route53_zone") : (
        self.name == "" ? z.name :
        self.name == z.name || endswith(trimsuffix(self.name, "."), ".${trimsuffix(z.name, ".")}") ? self.name :
        "${self.name}.${z.name}"
      )
    ][0]
  ), ".")
}

# Records that answer with where something is, by their names as far as those are known; of several with one name, the one by which traffic enters.
# Whoever looks a name up here takes the first record that is certainly there: that a module which is not downloaded may have another one leaves
# nothing open.
define "records_by_name" {
  is = {
    for r in resources("aws_route53_record") : full_name(r) => r...
    if(
      contains(["A", "AAAA", "CNAME", "HTTPS"], default(r.type, "A"))
      && entered_by(r) == null
      && length(fragments(full_name(r))) == 1
      && fragments(full_name(r))[0] != null
    )
  }
}
