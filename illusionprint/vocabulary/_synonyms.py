"""Words of our own: what a subject is also called, what stands near a thing that has no drawing, and words that only describe or measure."""
from __future__ import annotations

import functools

_SAME = """
rabbit: bunny, bunny rabbit, hare, leveret, coney
cat: kitty, kitten, kitty cat, pussycat, tomcat, tabby, moggy
dog: doggy, doggie, puppy, pup, hound, mutt, canine, labrador, terrier, spaniel, beagle, retriever, collie
dog: german shepherd, shepherd dog, alsatian, chihuahua, dachshund, sausage dog, husky, greyhound, whippet, corgi, rottweiler, great dane, st bernard, setter, schnauzer, jack russell
horse: pony, foal, mare, stallion, steed, colt
cow: calf, heifer, cattle, dairy cow
ox: bull, steer, bullock
pig: piglet, hog, swine, sow
ewe: sheep, lamb
goat: billy goat, kid goat
donkey: mule, ass, burro
deer: stag, doe, fawn, reindeer, buck, roe
moose: elk
rooster: cock, cockerel
chicken: hen
hatching chick: chick
duck: duckling, drake, mallard
dove: pigeon, turtledove
black bird: crow, raven, blackbird, rook, jackdaw
eagle: bald eagle
bird: songbird, sparrow, robin, finch, canary, nightingale, swallow, wren, blue tit, starling, skylark
parrot: budgie, budgerigar, parakeet, cockatoo, macaw, cockatiel, lovebird
bear: grizzly, grizzly bear, brown bear
lion: lioness
tiger: tigress
leopard: panther, jaguar, cheetah, snow leopard
wolf: werewolf
mouse: field mouse
rhinoceros: rhino
hippopotamus: hippo
crocodile: alligator, croc, gator
turtle: tortoise
frog: toad
snake: serpent, viper, cobra, adder, python
whale: blue whale
dolphin: porpoise
seal: sea lion, sealion
fish: trout, salmon, goldfish, cod, carp, herring, tuna
tropical fish: angelfish, clownfish, clown fish
shrimp: prawn
jellyfish: medusa
lady beetle: ladybug, ladybird
honeybee: bee, bumblebee, bumble bee, wasp, hornet
cricket: grasshopper, locust
bug: caterpillar
snail: slug
sauropod: dinosaur, dino, brontosaurus, brachiosaurus, diplodocus
t rex: tyrannosaurus, tyrannosaurus rex, trex
unicorn: unicorn horse
deciduous tree: tree, oak, oak tree, maple tree, elm, beech tree
evergreen tree: pine, pine tree, fir, fir tree, spruce, conifer
palm tree: palm, coconut palm
christmas tree: xmas tree
cactus: cacti
mushroom: toadstool, fly agaric
blossom: flower, daisy, camomile
hibiscus: hawaiian flower
rose: red rose
bouquet: bunch of flowers, flowers
leaf fluttering in wind: leaf
red apple: apple
tangerine: orange, mandarin, clementine, satsuma
pineapple: ananas
grapes: bunch of grapes, grape
eggplant: aubergine
ear of corn: corn, maize, sweetcorn, corn on the cob
hot pepper: chilli, chili, chilli pepper, chili pepper
bell pepper: pepper, capsicum, paprika
beans: bean
leafy green: lettuce
doughnut: donut
french fries: chips, fries
hamburger: burger, cheeseburger, beefburger
hot dog: hotdog, frankfurter
cookie: biscuit, chocolate chip cookie
birthday cake: cake, gateau
cupcake: muffin, fairy cake
soft ice cream: ice cream cone, ice cream cornet, softee
ice cream: gelato, sundae
candy: sweet, sweets, bonbon, toffee
lollipop: lolly
honey pot: honey
pizza: pizza slice, slice of pizza, pizza pie
cut of meat: steak, meat
poultry leg: drumstick, chicken leg
cooking: frying pan, fried egg
pot of food: stew, casserole
hot beverage: coffee, cup of coffee, cocoa, hot chocolate, cup of tea, tea, espresso, cappuccino, coffee mug, mug of coffee
teacup without handle: green tea
teapot: kettle, tea kettle
beer mug: beer, pint, pint of beer, lager, ale
wine glass: glass of wine, wine
cocktail glass: martini, cocktail
glass of milk: milk
tropical drink: mai tai
automobile: car, auto, motorcar, motor car, saloon car, sedan
sport utility vehicle: suv, jeep, caravan, camper van
delivery truck: lorry, truck, van
articulated lorry: semi, semi truck, big rig, juggernaut
pickup truck: pickup, ute
fire engine: fire truck
taxi: cab, taxicab, minicab
bus: coach, omnibus
motorcycle: motorbike, motor bike, harley davidson, harley
motor scooter: scooter, vespa, moped
kick scooter: push scooter
bicycle: bike, cycle, push bike, pushbike
racing car: ferrari, porsche, race car, formula one car, sports car
locomotive: steam train, steam engine
tram car: streetcar, tramway
airplane: aeroplane, plane, jet, airliner, aircraft, jet plane
helicopter: chopper
rocket: spaceship, space ship, spacecraft, space rocket, space shuttle, starship
flying saucer: ufo, u f o
sailboat: yacht, boat, sailing boat, sailing ship, dinghy
passenger ship: cruise ship, ocean liner, liner
motor boat: motorboat
speedboat: powerboat, speed boat
canoe: kayak, rowing boat, rowboat
balloon: party balloon
parachute: parachutist
castle: palace, chateau, fortress, stronghold
house: home, cottage, villa, bungalow
house with garden: garden
derelict house: haunted house
office building: skyscraper, tower block, high rise
church: chapel, cathedral
classical building: greek temple, parthenon
tokyo tower: eiffel tower, tower, radio tower
circus tent: circus, big top
tent: camping tent
mount fuji: fuji, fujiyama
snow capped mountain: snowy mountain, alps, peak
mountain: hill, mount, mount everest, everest, matterhorn
desert island: island, atoll
beach with umbrella: beach, seaside
bridge at night: bridge, golden gate
water wave: wave, sea, ocean, surf
crescent moon: moon, half moon
full moon: luna
sun: sunshine
sun with face: smiling sun
star: stars
milky way: galaxy
snowflake: snow, snow crystal
high voltage: lightning, lightning bolt, thunderbolt, bolt
cloud with lightning: thunderstorm, storm, thunder
cyclone: hurricane, typhoon
tornado: twister, whirlwind
fire: flame, bonfire, campfire
droplet: drop, water drop, raindrop, tear
ringed planet: planet, saturn
globe showing europe africa: earth, planet earth, world
comet: meteor
disguised face: moustache, mustache
person: people, human, human being
alien: extraterrestrial, martian
robot: android, automaton
skull: skeleton, death's head
skull and crossbones: jolly roger, pirate flag, poison, pirate
clown face: clown, jester
mage: wizard, witch, sorcerer, magician, warlock, sorceress
merperson: mermaid, merman
princess: queen
baby: infant, toddler
boy: lad
man: men, gentleman, bloke
woman: women, lady, ladies
girl: lass
santa claus: saint nicholas, st nicholas
police officer: policeman, policewoman, police, cop
cook: chef, baker
teacher: schoolteacher, professor, lecturer
factory worker: blacksmith, welder, metalworker
artist: portrait painter
superhero: superman, batman, superwoman, spiderman, spider man
health worker: doctor, nurse, physician
astronaut: cosmonaut, spaceman, spacewoman
construction worker: builder
guard: guardsman, soldier, beefeater
cowboy hat face: cowboy
person surfing: surfer
person biking: cyclist, cycling
ice skate: ice skating, figure skating
skateboard: skateboarding
one piece swimsuit: swimming costume, bathing suit, bathing costume
woman: mother, mum, mom, mummy, sister, aunt
man: father, dad, daddy, brother, uncle
red heart: love
cherry blossom: spring, springtime
fallen leaf: autumn, fall
snowman: winter
sport utility vehicle: land rover
automobile: volkswagen beetle, vw beetle, mini cooper
fishing pole: fisherman, angler
yarn: knitting, ball of wool, crochet
house with garden: gardening
drum: drummer
camera: photographer
soccer ball: footballer, soccer player
shopping cart: supermarket
joker: playing cards, card game
teddy bear: cuddly toy
mirror ball: disco
woman dancing: dancer, flamenco dancer, ballerina, ballet dancer
skier: skiing
raised hand: hand
red heart: heart, love heart
eye: eyeball
foot: feet
bathtub: bath, bath tub, tub
couch and lamp: sofa, couch, settee
light bulb: lamp, bulb, lightbulb
alarm clock: clock
watch: wristwatch, wrist watch
hourglass done: hourglass, hour glass, egg timer, sandglass
mobile phone: smartphone, cell phone, cellphone, mobile
telephone: phone
laptop: computer, notebook computer
desktop computer: pc
television: tv, telly, t v
headphone: headphones, earphones
musical keyboard: piano, grand piano, upright piano, organ, synthesizer
violin: fiddle, cello, viola
trumpet: horn, cornet, bugle
saxophone: sax
flashlight: torch, electric torch
candle: candlelight
wrench: spanner
axe: hatchet
carpentry saw: saw, handsaw
kitchen knife: knife
bow and arrow: bow, crossbow, archery
dagger: sword, knight's sword
crossed swords: swords
water pistol: gun, pistol
magnet: horseshoe magnet
gear: cog, cogwheel
gem stone: diamond, jewel, gem, ruby, emerald, sapphire, brilliant
ring: engagement ring, wedding ring
crown: royal crown, tiara
top hat: hat
billed cap: cap, baseball cap
man's shoe: shoe
running shoe: trainer, sneaker, tennis shoe
high heeled shoe: high heel, stiletto
woman's boot: boot
hiking boot: walking boot
t shirt: shirt, tee shirt, tee
jeans: trousers, pants, denims, slacks
coat: jacket, overcoat
glasses: spectacles, eyeglasses, specs
handbag: bag
purse: wallet
backpack: rucksack, knapsack, satchel
umbrella: parasol, brolly
closed umbrella: folded umbrella
wrapped gift: gift, present, parcel with a bow
package: parcel, box, carton
envelope: letter, mail
open book: book, novel
books: pile of books
newspaper: paper
paintbrush: brush, artist's brush
artist palette: palette, colour, color, colours, colors, paint, painter's palette
framed picture: painting, picture
movie camera: film, movie, cinema camera
camera: photo camera, photograph, photo
performing arts: theatre, theater
game die: dice, die
puzzle piece: puzzle, jigsaw, jigsaw puzzle, jigsaw piece
chess pawn: chess, pawn, chess piece
teddy bear: teddy, stuffed toy, plush toy
nesting dolls: matryoshka, russian doll, doll
soccer ball: soccer
american football: football, rugby ball
sled: sledge, sleigh, toboggan
skateboard: skate board
ice skate: skates
snowboarder: snowboard
playground slide: slide
roller coaster: rollercoaster
carousel horse: carousel, merry go round, roundabout
ferris wheel: big wheel, observation wheel
amphora: vase, jug, urn
wastebasket: rubbish, rubbish bin, trash can, dustbin, waste bin, litter bin
fuel pump: petrol, petrol pump, gas pump, gasoline
headstone: grave, gravestone, tombstone, tomb
brick: wall, brick wall
wood: log, firewood
rock: stone, boulder, pebble
knot: rope
elevator: lift
lab coat: white coat
globe with meridians: internet, globe
world map: map
spiral shell: shell, seashell, conch
hammer: mallet
anchor: ship's anchor
motorway: highway, road
statue of liberty: statue
paw prints: paw, footprint of a dog
wilted flower: dead rose
jack o lantern: jack o' lantern, jack o'lantern, pumpkin, halloween pumpkin
ghost: phantom, spook, spectre
ogre: monster
raccoon: racoon
panda: panda bear, giant panda
chipmunk: squirrel, red squirrel, grey squirrel, gray squirrel
hamster: guinea pig, gerbil
dog face: bulldog, sheepdog, dalmatian, pug
cat face: ginger cat, tabby cat
firefighter: fireman, firewoman
old woman: old lady, granny, grandma
old man: old gentleman, grandfather, grandpa, granddad
rolled up newspaper: newspaper roll
baguette bread: bread roll, french bread
bottle with popping cork: bottle, bottle of champagne, champagne bottle
wine glass: bottle of wine, wine bottle
videocassette: cassette, cassette tape, vhs
mirror ball: disco ball, glitter ball
satellite antenna: satellite dish, dish antenna
pot of food: cooking pot, saucepan
potted plant: flower pot, plant pot, flowerpot
person swimming: swimming pool
potable water: tap, water tap, faucet
leafy green: vegetable, vegetables
fishing pole: fishing rod, angling
drum: drum kit, snare drum
guitar: ukulele, electric guitar
chair: armchair, rocking chair
bicycle: tricycle
coin: treasure, treasure chest, penny
tennis: tennis racket, tennis racquet
person surfing: surfboard
person bouncing ball: basketball player
castle: sandcastle
glass of milk: milk bottle
hotel: guesthouse
fireworks: new year, new year's eve, new year's day, bonfire night, guy fawkes night
hot beverage: cup, mug
tumbler glass: glass, drinking glass
pot of food: soup, broth, stockpot
empty nest: nest, bird nest, bird's nest
index pointing up: finger, index finger, forefinger, pointing finger
leg: knee, shin
roll of paper: toilet paper, toilet roll, kitchen roll
check mark: tick, tick mark
trident emblem: pitchfork
candle: candlestick, candelabra
grinning face: happy face, smiley face, smiley
bat: flying fox, fruit bat, vampire bat
leafy green: cabbage, kale
trophy: world cup, prize
wastebasket: trash, garbage
child: kid
performing arts: theatre mask, theater mask, theatre masks, theater masks
cinema: movie theater, movie theatre
manual wheelchair: wheelchair, wheel chair
cookie: gingerbread, shortbread
soccer ball: ball
basketball: ball
tennis: ball, tennis ball, tennis player, tennis court
volleyball: ball, volleyball player
baseball: ball
joker: card
heart suit: card, playing card
credit card: card, bank card, debit card
rescue worker's helmet: helmet, hard hat, safety helmet
military helmet: helmet, army helmet
cup with straw: soda, pop, soda pop, fizzy drink, soft drink, cola, coke, lemonade, root beer
fuel pump: petrol station, gas station, filling station, service station
station: train station, railway station
factory: power station, power plant
fire engine: fire brigade
hot beverage: flat white, latte, mocha, americano
racing car: formula 1, formula one, f1
koala: koala bear
lotus: lotus flower, water lily, waterlily
diya lamp: oil lamp, genie lamp, aladdin's lamp
safety vest: life jacket, life vest, hi vis jacket, high vis vest
ring buoy: lifebuoy, life ring, life belt, life preserver
aerial tramway: ski lift, chair lift, cable car, gondola lift
flying saucer: alien ship, alien spaceship
person bald: bald man, bald head
person curly hair: afro, curls
person white hair: white hair
adhesive bandage: bandage, plaster, sticking plaster, band aid
classical building: museum, art gallery
latin cross: cross, crucifix
superhero: wonder woman, hulk, iron man, captain america, superheroine
skull and crossbones: captain hook, skull and bones
bullseye: target, target board, dart board, dartboard, darts
headphone: headset
pushpin: drawing pin, thumbtack, thumb tack
goal net: goal post, goalpost, football goal
ice skate: ice rink, skating rink, figure skater
person getting haircut: hair salon, hairdresser's
barber pole: barber shop, barber's shop, barber's
snake: boa, boa constrictor, rattlesnake, anaconda
automobile: convertible, hatchback, estate car, limousine, limo, family car
ballet shoes: ballet slippers
fireworks: guy fawkes, independence day, fourth of july
merperson: mermaid tail
salt: salt shaker, salt cellar, table salt, salt and pepper
tooth: toothache, tooth ache, molar
steaming bowl: udon, pho
bowl with spoon: mixing bowl
grinning face: happy, happiness, joyful, joy, cheerful, glad
disappointed face: sad, sadness, unhappy
enraged face: furious, fury, rage
fearful face: frightened, afraid, fear
face with thermometer: sick, ill, illness, flu
relieved face: calm, relief, relaxed
face vomiting: vomit, vomiting
face with head bandage: headache, injured
smiling face with sunglasses: cool guy, cool
hamburger: burger and fries
cocktail glass: gin and tonic, margarita
bacon: bacon and eggs
sheaf of rice: wheat, wheat field, barley, rye, grain
mirror ball: nightclub, dance floor
ticket: boarding pass, train ticket, bus ticket
identification card: driving licence, driver's license, driving license, id card, id
small airplane: biplane, propeller plane, light aircraft
poultry leg: chicken wing, chicken wings, fried chicken
key: car key, house key, door key
ring: diamond ring, gold ring
baseball: home run
seat: car seat, theatre seat
star: north star, pole star, christmas star
water wave: tidal wave
bathtub: bubble bath, hot tub
top hat: magic hat, magician's hat
woman's hat: sun hat, straw hat
house: dolls house, doll's house, doll house, town house, country house, beach house, family house
hut: cabin, log cabin, shack, beach hut, mud hut
gloves: baseball glove, boxing gloves, oven glove, glove
glasses: reading glasses
handbag: shoulder bag, leather bag, evening bag
backpack: book bag, school bag
motor boat: fishing boat
guard: royal guard, palace guard
person with crown: king
crown: king's crown, queen's crown
flag in hole: golf course, golf club, golf
money bag: bag of money, sack of money
framed picture: frame, picture frame, photo frame
santa claus: father christmas
hot springs: spa, jacuzzi
children crossing: school crossing
vertical traffic light: traffic light, traffic lights, stop light
game die: board game
jar: jam jar
abacus: counting frame
roller coaster: theme park, amusement park
basket: picnic basket, wicker basket, shopping basket, easter basket
wrapped gift: christmas present, birthday present
artist palette: paint pot, paints
ear of corn: corn cob
seedling: shoot, sprout
herb: parsley, basil, mint, rosemary, thyme, coriander, cilantro
leafy green: spinach, lettuce leaf, pak choi
broccoli: brocolli, brussels sprout
boomerang: bumerang
old woman: grandmother
guitar: acoustic guitar, bass guitar
cloud with snow: snowstorm, blizzard, snow cloud
cloud with rain: rain, rain cloud, rainy weather, shower of rain
cloud with lightning: thundercloud, thunder cloud
night with stars: night sky, starry night, starry sky, night
roll of paper: loo roll, bog roll
french fries: chip shop
bank: savings bank
person climbing: mountaineer, rock climber, rock climbing
trident emblem: trident
service dog: police dog
passenger ship: ferry boat
speedboat: jet ski
scroll: treasure map, diploma, old map
raised fist: fist
anatomical heart: heart attack, human heart
mechanical arm: robot arm
film frames: film reel, film strip, reel of film
pencil: pencils
bowling: bowling ball, bowling pin, bowling pins, bowling alley, ten pin bowling
desert: sand dune, dunes, sand dunes
telescope: spyglass
detective: secret agent, sherlock holmes, private eye
heart with arrow: cupid's arrow
parachute: skydiver, skydiving, parachuting
spaghetti: spaghetti bolognese, pasta, macaroni
garlic: garlic clove, clove of garlic
strawberry: strawberries and cream
coral: coral reef, reef
crab: crab claw
spider: tarantula
frog: bullfrog, tree frog
fish: sardines, sardine, mackerel
rose: rosebush, rose bush
"""

_NEAR = """
eagle, owl, bird: hawk, falcon, kestrel, buzzard, vulture, condor
swan, flamingo, bird: heron, stork, ostrich, emu, pelican, seagull, gull, albatross, ibis
seal, otter, whale: walrus, narwhal, manatee
water buffalo, ox, bison: yak, gnu, wildebeest, antelope, gazelle, impala
whale, dolphin, shark: orca, beluga
leopard, cat, lion: lynx, puma, cougar, bobcat, ocelot
fish, shark, tropical fish: stingray, manta, ray, eel, swordfish, seahorse
star, crab, octopus: starfish, sea urchin
butterfly, bug, honeybee: moth, dragonfly, firefly, cicada
lizard, crocodile, snake: gecko, chameleon, iguana, newt, salamander
tokyo tower, building construction, candle: lighthouse, windmill
ferry, ship, whale: submarine, hovercraft
balloon, parachute, rocket: airship, zeppelin, blimp, glider, drone
desert, camel, tent: pyramid, sphinx, obelisk
house, wood, tractor: barn, farm, shed, fence, gate
snowman, ice, house: igloo, iceberg, glacier
evergreen tree, deciduous tree, national park: forest, jungle, woodland
water wave, desert island, droplet: lake, river, waterfall, puddle, pond, harbour, harbor, niagara falls, waterfalls, stream, swamp, oasis, lagoon
chair, wood, bed: stool, bench, table, desk, shelf, bookshelf, cupboard, wardrobe, closet
broom, bucket, soap: mop, vacuum cleaner, towel
hammer, screwdriver, wrench: drill, pliers, chisel
gem stone, ring, prayer beads: necklace, bracelet, earring, pendant, pearl
baby, baby bottle, baby symbol: pram, nappy, cot, diaper, stroller, crib
guard, shield, crossed swords: knight, samurai, gladiator, warrior
yarn, thread, sewing needle: wool, embroidery
bed, couch and lamp, sleeping face: pillow, blanket, duvet, cushion
envelope, postbox, love letter: stamp, postage stamp
ballet shoes, woman dancing, person: ballet
spiral calendar, newspaper, open book: magazine, brochure
nesting dolls, teddy bear, performing arts: puppet, marionette, mannequin
fork and knife with plate, bread, cooking: oven, toaster, stove, cooker, microwave
honey pot, jar, strawberry: jam, marmalade, jelly
glass of milk, ice cream, cheese wedge: yoghurt, yogurt, cream
hibiscus, blossom, tulip: orchid, magnolia, daffodil, dandelion, iris, lily, carnation, poppy
parrot, black bird, bird: toucan, woodpecker, puffin, cuckoo, hummingbird
coat, t shirt, kimono: sweater, jumper, cardigan, bathrobe, pullover
gloves, socks, scarf: mitten, mittens
toothbrush, tooth, lotion bottle: toothpaste
hair pick, toothbrush, scissors: hairbrush
potted plant, droplet, bucket: watering can
shopping cart, tractor, wood: wheelbarrow
tractor, building construction, construction worker: digger, excavator, bulldozer
musical note, radio, optical disk: record player, gramophone, jukebox
printer, keyboard, memo: typewriter
paperclip, pushpin, scissors: stapler
carrot, ear of corn: scarecrow
locked, chains, police car: handcuffs
palm tree, bed, beach with umbrella: hammock
bubbles, droplet, t shirt: washing machine, dishwasher
sewing needle, thread: sewing machine, loom
t shirt, jeans, zipper mouth face: zip, zipper
musical note, soccer ball, police officer: whistle
pig, bank, money bag: piggy bank
bread, cook, cooking: rolling pin
flag in hole, person golfing: golf ball
camera, backpack, luggage: tourist, holidaymaker
snowflake, crystal ball, snowman: snow globe
cookie, christmas tree, teddy bear: gingerbread man
light bulb, red paper lantern, vertical traffic light: street light, street lamp, lamp post
hammer, wood, nut and bolt: nail, nails
princess, prince, castle: sleeping beauty
crescent moon, star, rocket, ringed planet: space, outer space
mantelpiece clock, castle, guard: big ben
frog, prince, crown: frog prince
leopard, raccoon, otter: ferret, stoat, mink, weasel
red apple, grapes, banana, cherries: fruit
love letter, envelope, wrapped gift: greeting card, birthday card, christmas card, post card, postcard, business card, thank you card, yellow card, red card
raccoon, fox, panda: red panda
ladder, elevator: stairs, staircase, steps, stairway
bug, beetle, honeybee: praying mantis, stick insect, termite, flea
window, church, rainbow: stained glass
mirror, window: looking glass
cook, person in tuxedo, tropical drink, bellhop bell: waiter, waitress, bartender, barman, barmaid, barista, butler
judge, balance scale, office worker: lawyer, solicitor, barrister, attorney
sailboat, anchor, ship: sailor, captain, sea captain, skipper, seaman, admiral
cut of meat, kitchen knife, cook: butcher
postbox, envelope, bicycle: postman, mailman, postwoman, mail carrier
health worker, dog, stethoscope: vet, veterinarian, surgeon
prince, princess, crown: emperor, empress, duke, duchess
church, latin cross, folded hands: priest, nun, monk, pope, bishop, vicar, rabbi, imam
books, writing hand, pen: writer, author, poet, journalist, librarian
detective, money bag, police officer: thief, burglar, robber
boxing glove, martial arts uniform: boxer
performing arts, star, clapper board: actor, actress
fire engine, firefighter, fire extinguisher: fire station, fire escape
police car, police officer, police car light: police station, police badge
basket, sandwich, watermelon: picnic, picnic blanket
beans, anatomical heart, lungs: kidney, liver, stomach
water wave, beaver, wood: dam
diving mask, person swimming, duck: flippers, snorkel
coin, rainbow, four leaf clover: pot of gold, leprechaun
playground slide, person climbing, carousel horse: climbing frame, see saw, seesaw, swing, swings, swing set, hopscotch
gear, wrench, automobile: engine, gear stick, exhaust pipe
thread, sewing needle, t shirt: button, shirt button, cotton reel, zip fastener
ring, 1st place medal, sports medal: olympic rings, olympics
lizard, crocodile, dragon: komodo dragon
classical building, performing arts, musical score: opera house, opera, sydney opera house
hot dog, ear of corn, cookie: corn dog
peanuts, butter, jar: peanut butter
beans, candy, hot beverage: coffee bean, coffee beans, jelly bean, jelly beans
star, octopus, spiral shell: star fish
bird, house, seedling: bird house, birdhouse, bird box, bird feeder, bird bath, nesting box
motorcycle, racing car, bicycle: quad bike, go kart
ogre, sauropod, dragon: loch ness monster, cookie monster, sea monster
snowman, baby angel, snowflake: snow angel
penguin, hatching chick, snowflake: penguin chick
turtle, spiral shell, hair pick: tortoise shell
pear, seedling, herb: parsnip, turnip, swede, beetroot, radish, celeriac
jar, canned food, hot pepper: sauce, hot sauce, ketchup, mustard, mayonnaise, mayo, chutney, relish, gravy boat, gravy
bacon, hot dog, cooking: black pudding, haggis
custard, birthday cake, shortcake: pudding, trifle, christmas pudding, yorkshire pudding
french fries, fish, potato: fish and chips
potato, taco, french fries: tortilla chips, crisps, potato chips, nachos
superhero, crown, person with crown: monkey king, pharaoh, sultan
lion, crown, prince: lion king
kiwi fruit, grapes, strawberry: gooseberry, raspberry, blackberry, blackcurrant, redcurrant, cranberry
peach, mango, tangerine: apricot, nectarine, papaya, plum, prune, guava, pomegranate, persimmon
chestnut, peanuts, coconut: hazelnut, walnut, almond, cashew, pistachio, pecan
falafel, beans, pea pod: chickpea, chickpeas, lentils
fire, factory, volcano: smoke, bonfire smoke, ash
pool 8 ball, field hockey, soccer ball: pool table, snooker, snooker table
national park, deciduous tree, sheaf of rice: field, meadow, park, paddock
bathtub, potable water, droplet: sink, wash basin, bidet
horse, house, horse racing: stable, saddle, riding hat, horse shoe, horseshoe
house, automobile, office building: garage, car park, parking lot, shop
anchor, ship, sailboat: dock, pier, jetty, mast, oar
mountain, rock, desert: cliff, cave, valley, canyon, grand canyon
chair, beach with umbrella, sun: deckchair, deck chair, sun lounger
identification card, automobile, label: number plate, license plate
mouse, hedgehog, hamster: mole, shrew, vole, mole rat
saxophone, trumpet, flute: trombone, tuba, oboe, bassoon, clarinet, harmonica
drum, long drum, accordion: xylophone, tambourine, cymbal, cymbals, bagpipes
guitar, violin, banjo: harp, double bass, mandolin, lute
headphone, mirror ball, optical disk: dj, disc jockey
locked, chains, police car: jail, prison, prisoner, cell
abacus, mobile phone, receipt: calculator
printer, fax machine, page facing up: photocopier, copier, scanner
ladder, hammer, brick: scaffolding, cement mixer, bricklayer
pick, hammer and pick, axe: rake, hoe, spade and fork, shovel
axe, sheaf of rice, skull: scythe, sickle, grim reaper
prince, person with crown, princess: prince charming, cinderella
shrimp, spiral shell, oyster: clam, mussel, mussels, barnacle, cockle
droplet, jar, test tube: flask, beaker, vinegar, olive oil, thermos
alembic, pot of food, fire: cauldron, bunsen burner
playground slide, rocket, person cartwheeling: trampoline
carpentry saw, wood, axe: chainsaw, chain saw, lumberjack
castle, japanese castle, shinto shrine: pagoda
sun, mantelpiece clock, watch: sundial
person running, person walking, 1st place medal: hurdles, javelin, discus, high jump, pole vault, sprinter, finish line
person lifting weights, person running, flexed biceps: dumbbell, barbell, kettlebell, treadmill
person getting haircut, wind face, barber pole: hair dryer, hairdryer, curlers, curling tongs
person in lotus position, folded hands, wheel of dharma: buddha, yoga mat
mosque, star and crescent, prayer beads: ramadan, eid
menorah, star of david, synagogue: passover, dreidel
camera, telescope, trident emblem: tripod
artist, artist palette, framed picture: easel
cherry blossom, hibiscus, rose: bluebell, crocus, snowdrop, pansy, primrose, geranium, peony
fire, cigarette, candle: lighter, matchstick, match, matches, ashtray
tumbler glass, droplet, bottle with popping cork: water bottle
pill, syringe, jar: pill bottle, medicine bottle
bed, camping, tent: sleeping bag
hot beverage, teapot, leafy green: tea bag, teabag
cook, mage, construction worker: chef's hat, witch's hat, builder's hat, wizard's hat
bathtub, shower, one piece swimsuit: shower cap, swimming cap, bathing cap
broom, toilet, soap: toilet brush, scrubbing brush, dustpan, dustpan and brush
fork and knife with plate, cooking, axe: grater, peeler, whisk, spatula, tin opener, can opener, corkscrew, bottle opener
telephone, mobile phone, telephone receiver: telephone box, phone box, phone booth, answering machine, walkie talkie
musical keyboard, keyboard, key: piano key, piano keys, keyboard key
telescope, glasses, eyes: binoculars, opera glasses
ice, cold face, snowflake: fridge, freezer, refrigerator
ringed planet, globe showing europe africa, full moon: mars, venus, jupiter, neptune, uranus, mercury, pluto, planet mars
snowman, snowflake, gloves: snowball, snowball fight
frog, fish, water wave: tadpole
sheaf of rice, tractor, farmer: haystack, hay bale, hay, combine harvester
"""

DESCRIBING = frozenset("""
old young new ancient antique vintage modern big large huge giant great small little tiny mini wee tall short long fat thin slim round cute pretty
beautiful lovely nice sweet funny happy sad angry sleepy sleeping sitting standing running walking flying swimming jumping dancing smiling laughing
howling barking playing eating drinking reading writing singing climbing crawling surfing riding roaring hopping crying waving
wild tame red orange yellow green blue purple violet pink brown black white grey gray golden silver gold dark light bright colourful colorful
single lone lonely simple plain hot cold fresh ripe wooden broken spooky scary magic magical mighty noble brave proud fluffy furry shiny my your our
one two three vintage medieval english french japanese chinese american british african european
welsh scottish irish german italian spanish indian royal friendly curious clever wise crazy silly lazy hungry tired grumpy jolly elegant fancy rusty dirty clean
striped spotted hairy adorable evil gentle strong delicious tasty juicy haunted snowy crowing meowing purring galloping grazing blooming melting burning exploding
glowing shining floating sinking sailing praying dreaming
""".split())

# of "A slice" and the like it is A that is drawn
MEASURES = frozenset("slice piece bunch pile heap bucket basket plate tin jar set kit club team player driver match game lesson board cub breed toy model".split())


# of "A cup" it is A, where it is food or drink
CONTAINERS = frozenset("cup mug glass bowl pot carton".split())

# of "A day" it is what A is drawn as
DAYS = frozenset("day eve party".split())


# of "some A" another thing than an A: a tea bag, a movie star, a bowling ball; after words that only describe they are what they say
KINDS = frozenset("""
ball bat card helmet bag hat cap box bottle key seat note boat brush paper wheel stick slide frame horn shell ring hook bow pot chip sauce punch lift shower
bath saw house tower station office machine star monster artist guard king queen boy girl man woman lady guy person leg foot ear eye hand mouth
""".split())


@functools.lru_cache(maxsize=1)
def same() -> dict[str, str]:
    """Word -> name of the subject that it means before others."""
    return {word: subjects[0] for word, subjects in meanings().items()}


@functools.lru_cache(maxsize=1)
def meanings() -> dict[str, list[str]]:
    """Word -> names of the subjects that it may mean, the most usual first."""
    found: dict[str, list[str]] = {}
    for subject, words in _lines(_SAME):
        for word in words:
            found.setdefault(word, []).append(subject)
    return found


@functools.lru_cache(maxsize=1)
def near() -> dict[str, list[str]]:
    """Word without a drawing -> subjects that stand near it."""
    return {word: [s.strip() for s in subjects.split(",")] for subjects, words in _lines(_NEAR) for word in words}


def _lines(table: str) -> list[tuple[str, list[str]]]:
    return [(left.strip(), [w.strip() for w in right.split(",")]) for left, _, right in (line.partition(":") for line in table.strip().splitlines())]
