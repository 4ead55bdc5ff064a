# What code is told of by an address that somebody else gives: a record that leads to it, the address of a machine, a parameter or a secret that
# holds it. See also the links of `environment.variables`, `container_definitions` and `user_data`.

set "told_code" {
  types = [
    "aws_lambda_function",
    "aws_ecs_task_definition",
    "aws_instance",
    "aws_launch_template",
    "aws_launch_configuration",
    "aws_apprunner_service",
    "aws_batch_job_definition",
  ]
}

# The texts that code is told, as they are written.
define "written_values" {
  of = "aws_lambda_function"
  is = values(default(self.environment[0].variables, {}))
}

define "written_values" {
  of = "aws_ecs_task_definition"
  is = concat([], [
    for c in containers(self) : concat([for e in try(c.environment, []) : try(e.value, null)], try(c.command, []), try(c.entryPoint, []))
  ]...)
}

define "written_values" {
  of = "aws_launch_template"
  is = [self.user_data, try(base64decode(self.user_data), null)]
}

define "written_values" {
  of = ["aws_instance", "aws_launch_configuration"]
  is = [self.user_data, try(base64decode(self.user_data), null), self.user_data_base64, try(base64decode(self.user_data_base64), null)]
}

define "written_values" {
  of = "aws_batch_job_definition"
  is = [for e in try(jsondecode(self.container_properties).environment, []) : try(e.value, null)]
}

define "written_values" {
  of = "aws_apprunner_service"
  is = concat(
    values(default(self.source_configuration[0].image_repository[0].image_configuration[0].runtime_environment_variables, {})),
    values(default(
      self.source_configuration[0].code_repository[0].code_configuration[0].code_configuration_values[0].runtime_environment_variables, {}
    )),
  )
}

# The parameters and secrets that code fetches before it starts, as they are written.
define "written_sources" {
  of = "aws_ecs_task_definition"
  is = concat([], [for c in containers(self) : [for s in try(c.secrets, []) : try(s.valueFrom, null)]]...)
}

define "written_sources" {
  of = "aws_batch_job_definition"
  is = [for s in try(jsondecode(self.container_properties).secrets, []) : try(s.valueFrom, null)]
}

define "written_sources" {
  of = ["aws_lambda_function", "aws_instance", "aws_launch_template", "aws_launch_configuration", "aws_apprunner_service"]
  is = []
}

# Of a document of which not even the parts are known, as in most plans, the links tell what it is made of.
define "own_values" {
  of = "told_code"
  is = fragments("${length(written_values(self))}")[0] != null ? written_values(self) : []
}

define "fetched_values" {
  of = "told_code"
  is = fragments("${length(written_sources(self))}")[0] != null ? written_sources(self) : []
}

# What a parameter or a secret holds. A value of which nothing is known leads nowhere: here and below, only what is made of attributes and what is
# known counts, so that a variable without a value leaves no more open than the links do.
define "contents" {
  of = "aws_ssm_parameter"
  is = [self.value, self.insecure_value]
}

define "contents" {
  of = "aws_secretsmanager_secret"
  is = [for v in referrers(self, "refers", "aws_secretsmanager_secret_version") : v.secret_string]
}

define "held_values" {
  of = "told_code"
  is = concat([], [
    for h in flatten([
      for v in concat(own_values(self), fetched_values(self)) : refs(v, "aws_ssm_parameter", "aws_secretsmanager_secret")
      if fragments("${length(refs(v, "aws_ssm_parameter", "aws_secretsmanager_secret")) > 0}")[0] == "true"
    ]) : contents(h)
  ]...)
}

define "told_values" {
  of = "told_code"
  is = concat(own_values(self), held_values(self))
}

# Who reads where a store is, calls it; who reads only how to log in there perhaps does.
define "credentials" {
  of = "told_code"
  is = [
    "username", "password", "master_username", "master_password", "port", "db_name", "database_name", "engine", "id", "arn", "name", "identifier", "resource_id",
    "secret_arn", "master_user_secret", "user_name",
  ]
}

edge "told_code" {
  to = flatten([
    for v in held_values(self) : refs(v, "client_store") if anytrue([for a in made_of(v) : !contains(credentials(self), a)])
  ])
  means = "reads_writes"
}

edge "told_code" {
  to = flatten([
    for v in concat(held_values(self), fetched_values(self)) : refs(v, "client_store")
    if length(made_of(v)) > 0 && alltrue([for a in made_of(v) : contains(credentials(self), a)])
  ])
  means = "may_call"
}

# Those texts that are known.
define "told_texts" {
  of = "told_code"
  is = [for v in told_values(self) : v if length(fragments(v)) == 1 && fragments(v)[0] != null]
}

# A name that a network looks up for itself. What is told of a public one may be a link in a mail, or its own address.
define "is_inner" {
  of = "aws_route53_record"
  is = (
    length(linked(self, "resolves_to", "private_store")) > 0
    || anytrue([for z in linked(self, "member_of", "aws_route53_zone") : length(default(z.vpc, [])) > 0])
  )
}

define "told_records" {
  of = "told_code"
  is = [
    for r in distinct(concat(
      flatten([for v in told_values(self) : refs(v, "aws_route53_record") if contains(made_of(v), "fqdn") || contains(made_of(v), "name")]),
      flatten([
        for v in told_texts(self) : [
          for host in regexall("[A-Za-z0-9_-]+(?:[.][A-Za-z0-9_-]+)+", v) : [
            for r in [lookup(records_by_name(self), lower(host), [null])[0]] : r if fragments(address(r))[0] != null
          ]
        ]
      ]),
    )) : r if fragments("${is_inner(r)}")[0] == "true"
  ]
}

edge "told_code" {
  to    = told_records(self)
  means = "invokes"
}

# What has an address of its own, and the attributes that tell it.
set "addressed" {
  types = [
    "aws_instance", "aws_eip", "aws_network_interface", "aws_lightsail_instance", "aws_efs_mount_target", "aws_rds_cluster_instance",
    "aws_docdb_cluster_instance", "aws_neptune_cluster_instance",
  ]
}

define "address_attributes" {
  of = "told_code"
  is = [
    "private_ip", "private_ips", "private_ip_list", "public_ip", "private_dns", "public_dns", "private_dns_name", "private_ip_address", "public_ip_address",
    "ipv6_addresses", "ip_address", "carrier_ip", "customer_owned_ip", "endpoint", "address",
  ]
}

# Addresses that somebody chose, by the text.
define "holders_of_addresses" {
  of = "told_code"
  is = {
    for n in flatten([
      [for i in resources("aws_instance") : [for a in [i.private_ip] : { address = a, node = i }]],
      [for i in resources("aws_network_interface") : [for a in distinct(concat(tolist(default(i.private_ips, [])), [i.private_ip])) : { address = a, node = i }]],
    ]) : n.address => n.node...
    if length(fragments(n.address)) == 1 && fragments(n.address)[0] != null
  }
}

# One text that tells one address leads to it. One that tells several leaves the choice to the code, and so does an address that several networks have.
define "told_addresses" {
  of = "told_code"
  is = concat(
    [
      for v in told_values(self) : [for n in refs(v, "addressed") : n if !can(regex("(^|[.])data[.]", address(n)))]
      if anytrue([for a in made_of(v) : contains(address_attributes(self), a)])
    ],
    [
      for v in told_texts(self) : [
        for a in regexall("(?:^|[^0-9.])([0-9]{1,3}(?:[.][0-9]{1,3}){3})(?:$|[^0-9./]|/(?:$|[^0-9]))", v) : [
          for n in [for at in [0, 1] : lookup(holders_of_addresses(self), a[0], [null])[at]] : n if fragments(address(n))[0] != null
        ]
      ]
    ]...
  )
}

define "called_addresses" {
  of = "told_code"
  is = flatten([
    for all in told_addresses(self) : [for n in all : n if n != self && length(linked(n, "attached_to", "aws_nat_gateway")) == 0] if length(all) == 1
  ])
}

edge "told_code" {
  to    = [for n in called_addresses(self) : n if !is(n, "cluster_member")]
  means = "invokes"
}

edge "told_code" {
  to    = [for n in called_addresses(self) : n if is(n, "cluster_member")]
  means = "reads_writes"
}

edge "told_code" {
  to = flatten([
    for all in told_addresses(self) : [for n in all : n if n != self && length(linked(n, "attached_to", "aws_nat_gateway")) == 0] if length(all) > 1
  ])
  means = "may_call"
}

# Whoever is told the name of a file system mounts it; a machine is told its id for that.
edge "told_code" {
  to = flatten([
    for v in told_values(self) : refs(v, "aws_efs_file_system", "fsx_file_system", "aws_fsx_lustre_file_system")
    if(
      contains(made_of(v), "dns_name")
      || contains(made_of(v), "id") && (is(self, "machine") || anytrue([for f in fragments(v) : f != null && strcontains(default(f, ""), ".efs.")]))
    )
  ])
  means = "mounts"
}
