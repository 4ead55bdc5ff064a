//! Estates for simulations: services behind load balancers as teams write them, and layers of components that share what is below.

use std::fmt::Write;

/// The nodes that one team adds.
pub(crate) const PER_TEAM: usize = 50;

/// One team: a network of two zones with a gateway, a load balancer, services, stores and workers.
const TEAM: &str = r#"
variable "zones" {
  type = list(string)
}

resource "aws_vpc" "this" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_subnet" "private" {
  count             = 2
  vpc_id            = aws_vpc.this.id
  availability_zone = var.zones[count.index]
}

resource "aws_subnet" "public" {
  count             = 2
  vpc_id            = aws_vpc.this.id
  availability_zone = var.zones[count.index]
}

resource "aws_internet_gateway" "this" {
  vpc_id = aws_vpc.this.id
}

resource "aws_nat_gateway" "this" {
  subnet_id = aws_subnet.public[0].id
}

resource "aws_route_table" "public" {
  vpc_id = aws_vpc.this.id
  route {
    cidr_block = "0.0.0.0/0"
    gateway_id = aws_internet_gateway.this.id
  }
}

resource "aws_route_table" "private" {
  vpc_id = aws_vpc.this.id
  route {
    cidr_block     = "0.0.0.0/0"
    nat_gateway_id = aws_nat_gateway.this.id
  }
}

resource "aws_route_table_association" "public" {
  count          = 2
  subnet_id      = aws_subnet.public[count.index].id
  route_table_id = aws_route_table.public.id
}

resource "aws_route_table_association" "private" {
  count          = 2
  subnet_id      = aws_subnet.private[count.index].id
  route_table_id = aws_route_table.private.id
}

resource "aws_lb" "this" {
  load_balancer_type = "application"
  subnets            = aws_subnet.public[*].id
}

resource "aws_lb_listener" "this" {
  load_balancer_arn = aws_lb.this.arn
  port              = 443
  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.this[0].arn
  }
}

resource "aws_lb_target_group" "this" {
  count       = 5
  target_type = "ip"
  vpc_id      = aws_vpc.this.id
}

resource "aws_lb_listener_rule" "this" {
  count        = 5
  listener_arn = aws_lb_listener.this.arn
  action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.this[count.index].arn
  }
}

resource "aws_ecs_cluster" "this" {
  name = "this"
}

resource "aws_ecs_service" "this" {
  count           = 5
  cluster         = aws_ecs_cluster.this.id
  task_definition = aws_ecs_task_definition.this[count.index].arn
  desired_count   = 2
  launch_type     = "FARGATE"
  network_configuration {
    subnets = aws_subnet.private[*].id
  }
  load_balancer {
    target_group_arn = aws_lb_target_group.this[count.index].arn
    container_name   = "app"
    container_port   = 80
  }
}

resource "aws_ecs_task_definition" "this" {
  count                    = 5
  family                   = "s${count.index}"
  requires_compatibilities = ["FARGATE"]
  container_definitions = jsonencode([{
    name  = "app"
    image = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/app:1"
    environment = [
      { name = "DB", value = aws_db_instance.this[count.index].address },
      { name = "QUEUE", value = aws_sqs_queue.this[count.index].url },
    ]
  }])
}

resource "aws_db_subnet_group" "this" {
  subnet_ids = aws_subnet.private[*].id
}

resource "aws_db_instance" "this" {
  count                = 5
  multi_az             = count.index % 2 == 0
  db_subnet_group_name = aws_db_subnet_group.this.name
}

resource "aws_sqs_queue" "this" {
  count = 5
}
"#;

/// As many teams as it takes for so many nodes: the text of the root module and of the module of a team.
pub(crate) fn teams(nodes: usize) -> [(&'static str, Vec<String>); 2] {
    let root = format!(
        "data \"aws_availability_zones\" \"all\" {{}}\nmodule \"team\" {{\n  source = \"./team\"\n  count  = {}\n  \
         zones  = slice(data.aws_availability_zones.all.names, 0, 2)\n}}\n",
        nodes / PER_TEAM
    );
    [(".", vec![root]), ("team", vec![TEAM.to_owned()])]
}

/// Components in layers below one entry: each needs two of the layer below, of which some have a stand-in, and those share racks, and
/// racks share power.
pub(crate) fn layers(nodes: usize) -> String {
    const FAN_OUT: usize = 8;
    let racks = nodes / 20;
    let power = racks / 50 + 1;
    let machines = nodes - racks - power;
    let mut text = String::new();
    for at in 0..machines {
        let first = at * FAN_OUT + 1;
        let below: Vec<String> =
            (first..(first + FAN_OUT).min(machines)).map(|at| format!("x_node.m{at}.id")).collect();
        let kind = if at % 3 == 0 { "any" } else { "needs" };
        let (rack, other) = (at % racks, (at * 7 + 3) % racks);
        let _ = writeln!(
            text,
            "resource \"x_node\" \"m{at}\" {{\n  entry = {}\n  zones = []\n  copies = {}\n  recovery = \"none\"\n  {kind} = \
             [{}]\n  hosts = [x_node.r{rack}.id, x_node.r{other}.id]\n}}",
            at == 0,
            1 + usize::from(at % 50 != 0),
            below.join(", ")
        );
    }
    for at in 0..racks {
        let zone = match at % 3 {
            0 => "a",
            1 => "b",
            _ => "c",
        };
        let _ = writeln!(
            text,
            "resource \"x_node\" \"r{at}\" {{\n  zones = [\"{zone}\"]\n  copies = 1\n  recovery = \"none\"\n  needs = \
             [x_node.p{}.id]\n}}",
            at % power
        );
    }
    for at in 0..power {
        let _ = writeln!(
            text,
            "resource \"x_node\" \"p{at}\" {{\n  zones = []\n  copies = 2\n  recovery = \"none\"\n}}"
        );
    }
    text
}

/// What the nodes of [`layers`] are.
pub(crate) const LAYERS: &str = r#"
resource "x_node" {
  role   = "compute"
  entry  = self.entry == true
  zones  = self.zones
  copies = self.copies
}

define "recovery" {
  of = "x_node"
  is = self.recovery
}

link "x_node" "needs" {
  to    = "x_node"
  means = "invokes"
}

link "x_node" "any" {
  to    = "x_node"
  means = "forwards"
}

link "x_node" "hosts" {
  to    = "x_node"
  means = "targets"
}

loss "needs" { kinds = ["invokes"] }
loss "any" { kinds = ["forwards", "targets"] }
"#;
